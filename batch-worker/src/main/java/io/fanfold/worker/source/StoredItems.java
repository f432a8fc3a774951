package io.fanfold.worker.source;

import io.fanfold.kit.store.ObjectContent;
import io.fanfold.kit.store.ObjectStore;
import io.fanfold.kit.store.StoreException;
import io.fanfold.schemas.FailureCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** Items in an object store: files and S3. */
final class StoredItems {

  private static final int BUFFER_BYTES = 64 * 1024;

  private final ObjectStore store;
  private final int maxBytes;
  private final Duration deadline;

  /**
   * @param deadline looked at between two reads; the store's own timeouts bound each of them
   */
  StoredItems(ObjectStore store, int maxBytes, Duration deadline) {
    this.store = store;
    this.maxBytes = maxBytes;
    this.deadline = deadline;
  }

  byte[] read(String uri) throws SourceException {
    long end = System.nanoTime() + deadline.toNanos();
    try (ObjectContent content = store.open(uri, 0)) {
      if (content.length() != null && content.length() > maxBytes) {
        throw tooLarge();
      }
      return bytes(content.in(), end);
    } catch (StoreException e) {
      throw failure(e);
    } catch (IOException e) {
      throw SourceException.passing(FailureCode.DOWNLOAD_FAILED, "reading it broke off", e);
    }
  }

  private byte[] bytes(InputStream in, long end) throws IOException, SourceException {
    var out = new ByteArrayOutputStream();
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      if (n > maxBytes - out.size()) {
        throw tooLarge();
      }
      if (System.nanoTime() - end > 0) {
        throw SourceException.passing(
            FailureCode.TIMEOUT, "not read within " + deadline.toMillis() + " ms", null);
      }
      out.write(buffer, 0, n);
    }
    return out.toByteArray();
  }

  private SourceException tooLarge() {
    return SourceException.permanent(FailureCode.TOO_LARGE, "longer than " + maxBytes + " bytes");
  }

  private static SourceException failure(StoreException e) {
    FailureCode code =
        switch (e.kind()) {
          case INVALID -> FailureCode.INVALID_ITEM;
          case NOT_FOUND -> FailureCode.NOT_FOUND;
          case ACCESS_DENIED -> FailureCode.ACCESS_DENIED;
          case TIMEOUT -> FailureCode.TIMEOUT;
          case UNREADABLE -> FailureCode.DOWNLOAD_FAILED;
        };
    return e.passing()
        ? SourceException.passing(code, e.getMessage(), e)
        : SourceException.permanent(code, e.getMessage(), e);
  }
}
