package io.fanfold.aggregator;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** Server-sent events to one client. A client that is slow to read holds no thread. */
final class EventStream implements WriteListener {

  private final ServletOutputStream out;
  private byte[] event;
  private boolean toFlush;
  private CompletableFuture<Void> sent = CompletableFuture.completedFuture(null);
  private Throwable failure;

  EventStream(ServletOutputStream out) {
    this.out = out;
  }

  /**
   * Sends an event; one at a time.
   *
   * @return completes when it is handed to the network, and fails when the client has gone
   */
  CompletableFuture<Void> send(String text) {
    CompletableFuture<Void> result;
    synchronized (this) {
      result = new CompletableFuture<>();
      sent = result;
      event = text.getBytes(StandardCharsets.UTF_8);
      toFlush = true;
    }
    advance();
    return result;
  }

  @Override
  public void onWritePossible() {
    advance();
  }

  @Override
  public void onError(Throwable cause) {
    CompletableFuture<Void> failed;
    synchronized (this) {
      failure = cause;
      failed = sent;
    }
    failed.completeExceptionally(cause);
  }

  // Futures are completed outside the lock: whoever waits for them may send again.
  private void advance() {
    CompletableFuture<Void> done;
    Throwable broken = null;
    synchronized (this) {
      try {
        if (failure == null && event != null && out.isReady()) {
          byte[] bytes = event;
          event = null;
          out.write(bytes);
        }
        if (failure == null && event == null && toFlush && out.isReady()) {
          toFlush = false;
          out.flush();
        }
        if (failure == null && (event != null || toFlush || !out.isReady())) {
          return;
        }
        broken = failure;
      } catch (IOException e) {
        failure = e;
        broken = e;
      }
      done = sent;
    }
    if (broken == null) {
      done.complete(null);
    } else {
      done.completeExceptionally(broken);
    }
  }
}
