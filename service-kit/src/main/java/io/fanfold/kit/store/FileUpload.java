package io.fanfold.kit.store;

import io.fanfold.kit.store.StoreException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.regex.Pattern;

/** A file beside its target, which it replaces in one step when it is complete. */
final class FileUpload implements ObjectUpload {

  private static final Pattern ID = Pattern.compile("[0-9a-f-]{36}");

  private final Path target;
  private State state;

  FileUpload(Path target, State state) {
    this.target = target;
    this.state = state;
  }

  static Path unfinished(Path target, String id) throws StoreException {
    if (!ID.matcher(id).matches()) {
      throw StoreException.permanent(Kind.NOT_FOUND, "not an upload of this store");
    }
    return target.resolveSibling("." + target.getFileName() + "." + id + ".unfinished");
  }

  @Override
  public State state() {
    return state;
  }

  @Override
  public void part(byte[] bytes) throws StoreException {
    try (var channel = FileChannel.open(unfinished(), StandardOpenOption.WRITE)) {
      channel.position(state.bytes());
      var buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(false);
    } catch (IOException e) {
      throw failure(e);
    }
    var parts = new ArrayList<>(state.parts());
    parts.add(Integer.toString(bytes.length));
    state = new State(state.id(), parts, state.bytes() + bytes.length);
  }

  @Override
  public void complete() throws StoreException {
    try {
      Files.move(
          unfinished(),
          target,
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  @Override
  public void abort() throws StoreException {
    try {
      Files.deleteIfExists(unfinished());
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private Path unfinished() throws StoreException {
    return unfinished(target, state.id());
  }

  static StoreException failure(IOException e) {
    if (e instanceof StoreException known) {
      return known;
    }
    return e instanceof AccessDeniedException
        ? StoreException.permanent(Kind.ACCESS_DENIED, "the file may not be written", e)
        : StoreException.passing(
            Kind.UNREADABLE, "the file cannot be written: " + e.getClass().getSimpleName(), e);
  }
}
