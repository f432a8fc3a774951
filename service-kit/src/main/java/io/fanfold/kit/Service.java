package io.fanfold.kit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running service: parts are started in order and closed in reverse, and the first part that
 * breaks ends the whole. {@code start(); await();} rethrows what broke, so that a process exits
 * with its cause.
 */
public final class Service implements AutoCloseable {

  /** Something with a beginning and an end. */
  public interface Part extends AutoCloseable {

    /** Returns when the part is up; what keeps running does so on its own threads. */
    void start() throws Exception;

    @Override
    void close();
  }

  private static final Logger log = LoggerFactory.getLogger(Service.class);

  private final String name;
  private final List<Part> parts = new ArrayList<>();
  private final Deque<Part> started = new ArrayDeque<>();
  private final CompletableFuture<Void> end = new CompletableFuture<>();

  public Service(String name) {
    this.name = name;
  }

  /** Adds a part after those already there. */
  public <T extends Part> T add(T part) {
    parts.add(part);
    return part;
  }

  /** Adds what only needs closing. */
  public <T extends AutoCloseable> T closing(T resource) {
    add(new Closing(resource));
    return resource;
  }

  /**
   * @throws ServiceException when a part does not start; those before it, and resources, are closed
   *     again
   */
  public void start() {
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      synchronized (started) {
        started.push(part);
      }
      try {
        part.start();
      } catch (Exception e) {
        // What only needs closing is open since it was made.
        synchronized (started) {
          parts.subList(i + 1, parts.size()).stream()
              .filter(Closing.class::isInstance)
              .forEach(started::push);
        }
        close();
        throw new ServiceException(name + " did not start: " + e.getMessage(), e);
      }
    }
    log.info("{} started", name);
  }

  /** Reports that a part broke; called from its own threads. */
  public void fail(Throwable cause) {
    if (end.completeExceptionally(cause)) {
      log.error("{} is broken", name, cause);
    }
  }

  /**
   * Blocks until the service is closed.
   *
   * @throws ServiceException with the cause when a part broke
   */
  public void await() throws InterruptedException {
    try {
      end.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      String what = cause instanceof ServiceException ? cause.getMessage() : cause.toString();
      throw new ServiceException(name + " broke: " + what, cause);
    }
  }

  /** What broke, or null. */
  public Throwable failure() {
    return end.isCompletedExceptionally() ? end.handle((nothing, cause) -> cause).join() : null;
  }

  @Override
  public void close() {
    while (true) {
      Part part;
      synchronized (started) {
        if (started.isEmpty()) {
          break;
        }
        part = started.pop();
      }
      try {
        part.close();
      } catch (RuntimeException e) {
        // The others must still be closed.
        log.warn("{}: {} did not close cleanly", name, part.getClass().getSimpleName(), e);
      }
    }
    if (end.complete(null)) {
      log.info("{} stopped", name);
    }
  }

  private record Closing(AutoCloseable resource) implements Part {

    @Override
    public void start() {}

    @Override
    public void close() {
      try {
        resource.close();
      } catch (Exception e) {
        throw new ServiceException("cannot close " + resource, e);
      }
    }
  }
}
