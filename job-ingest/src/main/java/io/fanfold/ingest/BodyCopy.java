package io.fanfold.ingest;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.io.Content;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a body to a response as it comes, and asks for more when that is out: a caller who reads
 * slowly costs neither memory nor a thread, one who is gone ends it.
 *
 * <p>Goes on in whichever thread has a piece or room for one, of which there is one at a time.
 */
final class BodyCopy implements WriteListener {

  private static final Logger log = LoggerFactory.getLogger(BodyCopy.class);

  private final Content.Source body;
  private final HttpServletResponse response;
  private final ServletOutputStream out;
  private final CompletableFuture<Void> done = new CompletableFuture<>();

  // Whoever waits for events wants to know at once that they will come: the head is the first.
  private boolean unflushed = true;
  private boolean ended;

  private BodyCopy(Content.Source body, HttpServletResponse response) throws IOException {
    this.body = body;
    this.response = response;
    this.out = response.getOutputStream();
  }

  /** Completes when there is nothing more to write, whatever the reason. */
  static CompletableFuture<Void> start(Content.Source body, HttpServletResponse response) {
    try {
      var copy = new BodyCopy(body, response);
      copy.out.setWriteListener(copy);
      return copy.done;
    } catch (IOException | IllegalStateException e) {
      // A response that the server has taken back is an IllegalStateException.
      log.debug("the caller is gone", e);
      body.fail(e);
      return CompletableFuture.completedFuture(null);
    }
  }

  @Override
  public void onWritePossible() {
    copy();
  }

  @Override
  public void onError(Throwable cause) {
    gone(cause);
  }

  private void copy() {
    try {
      while (!done.isDone() && out.isReady()) {
        if (ended) {
          done.complete(null);
          return;
        }
        Content.Chunk chunk = body.read();
        if (chunk == null) {
          if (!unflushed) {
            body.demand(this::copy);
            return;
          }
          unflushed = false;
          out.flush();
        } else if (Content.Chunk.isFailure(chunk)) {
          broken(chunk.getFailure());
        } else {
          write(chunk);
        }
      }
    } catch (IOException | IllegalStateException e) {
      gone(e);
    }
  }

  private void write(Content.Chunk chunk) throws IOException {
    ended = chunk.isLast();
    byte[] bytes = new byte[chunk.remaining()];
    chunk.getByteBuffer().get(bytes);
    chunk.release();
    if (bytes.length > 0) {
      unflushed = true;
      out.write(bytes);
    }
  }

  private void gone(Throwable cause) {
    log.debug("the caller is gone", cause);
    body.fail(cause);
    done.complete(null);
  }

  private void broken(Throwable cause) {
    log.debug("the body ends early", cause);
    try {
      // Closes the connection: half a body must not look like a whole one.
      response.sendError(-1);
    } catch (IOException | IllegalStateException e) {
      log.debug("the caller is gone", e);
    }
    done.complete(null);
  }
}
