package io.fanfold.kit;

import java.util.function.Consumer;

/** A part that is one thread: it runs until told to stop, and reports what breaks it. */
public final class LoopThread implements Service.Part {

  /** The body of the loop. */
  public interface Body {

    /** Runs until {@link #stop} is called, then cleans up and returns. */
    void run() throws Exception;

    /** Asks {@link #run} to return soon; called from another thread. */
    void stop();
  }

  private static final long JOIN_MS = 15_000;

  private final Body body;
  private final Consumer<Throwable> onFailure;
  private final Thread thread;

  public LoopThread(String name, Body body, Consumer<Throwable> onFailure) {
    this.body = body;
    this.onFailure = onFailure;
    this.thread = new Thread(this::run, name);
  }

  @Override
  public void start() {
    thread.start();
  }

  @Override
  public void close() {
    body.stop();
    if (thread == Thread.currentThread()) {
      return;
    }
    try {
      thread.join(JOIN_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // The edge of a thread is where whatever broke is handed to the service.
  @SuppressWarnings("CatchAndPrintStackTrace")
  private void run() {
    try {
      body.run();
    } catch (Throwable e) {
      onFailure.accept(e);
    }
  }
}
