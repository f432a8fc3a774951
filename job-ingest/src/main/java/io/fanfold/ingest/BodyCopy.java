package io.fanfold.ingest;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a body to a response piece by piece, each as soon as it is there, and asks for the next
 * when it is out: a caller who reads slowly costs no memory, one who is gone ends it.
 */
final class BodyCopy implements Flow.Subscriber<List<ByteBuffer>> {

  private static final Logger log = LoggerFactory.getLogger(BodyCopy.class);

  private final HttpServletResponse response;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private Flow.Subscription subscription;

  BodyCopy(HttpServletResponse response) {
    this.response = response;
  }

  /** Completes when there is nothing more to write, whatever the reason. */
  CompletableFuture<Void> done() {
    return done;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    this.subscription = subscription;
    try {
      // Whoever waits for events wants to know at once that they will come.
      response.flushBuffer();
      subscription.request(1);
    } catch (IOException | IllegalStateException e) {
      gone(e);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> piece) {
    try {
      for (ByteBuffer buffer : piece) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        response.getOutputStream().write(bytes);
      }
      response.getOutputStream().flush();
      subscription.request(1);
    } catch (IOException | IllegalStateException e) {
      gone(e);
    }
  }

  // A response that the server has taken back is an IllegalStateException.
  private void gone(Exception cause) {
    log.debug("the caller is gone", cause);
    subscription.cancel();
    done.complete(null);
  }

  @Override
  public void onError(Throwable cause) {
    log.debug("the body ends early", cause);
    try {
      // Closes the connection: half a body must not look like a whole one.
      response.sendError(-1);
    } catch (IOException | IllegalStateException e) {
      log.debug("the caller is gone", e);
    }
    done.complete(null);
  }

  @Override
  public void onComplete() {
    done.complete(null);
  }
}
