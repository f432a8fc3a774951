package io.fanfold.kit.store;

import java.io.IOException;
import java.io.InputStream;

/**
 * An object's bytes from some offset on.
 *
 * @param in reading it may throw; another {@link ObjectStore#open} at the byte reached goes on
 * @param version differs when the object has changed since, as far as its store can tell
 * @param length of the whole object, in bytes; null where the store does not say
 */
public record ObjectContent(InputStream in, String version, Long length) implements AutoCloseable {

  @Override
  public void close() throws IOException {
    in.close();
  }
}
