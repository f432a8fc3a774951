package io.fanfold.kit.store;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Files under the allowed directories. */
final class FileStore implements ObjectStore {

  /** Where the file of a URI is. */
  interface Paths {

    /** A path that is under the roots as far as its text goes. */
    Path of(String uri) throws StoreException;
  }

  private final FileRoots roots;
  private final Paths paths;

  private FileStore(FileRoots roots, Paths paths) {
    this.roots = roots;
    this.paths = paths;
  }

  /** file: URIs under one of the roots. */
  static FileStore under(List<Path> directories) {
    var roots = new FileRoots(directories);
    return new FileStore(roots, roots::path);
  }

  /** s3: URIs as files: the key under a directory with the bucket's name. */
  static FileStore buckets(Path directory) {
    var roots = new FileRoots(List.of(directory));
    Path real = roots.roots().get(0);
    return new FileStore(roots, uri -> roots.checked(S3Uri.parse(uri).under(real)));
  }

  @Override
  public ObjectContent open(String uri, long offset) throws StoreException {
    Path path = paths.of(uri);
    Path real = roots.existing(path);
    try {
      var channel =
          Files.newByteChannel(real, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
      try {
        return content(real, channel, offset);
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw FileRoots.failure(path, e);
    }
  }

  private static ObjectContent content(Path real, SeekableByteChannel channel, long offset)
      throws IOException {
    var attributes = Files.readAttributes(real, BasicFileAttributes.class);
    channel.position(offset);
    String version =
        attributes.lastModifiedTime().toInstant()
            + "/"
            + attributes.fileKey()
            + "/"
            + channel.size();
    return new ObjectContent(Channels.newInputStream(channel), version, channel.size());
  }

  @Override
  public ObjectUpload begin(String uri, String mediaType) throws StoreException {
    Path target = roots.writable(paths.of(uri));
    String id = UUID.randomUUID().toString();
    Path unfinished = FileUpload.unfinished(target, id);
    try {
      FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE).close();
    } catch (IOException e) {
      throw FileUpload.failure(e);
    }
    return new FileUpload(target, new ObjectUpload.State(id, List.of(), 0));
  }

  @Override
  public ObjectUpload resume(String uri, ObjectUpload.State state) throws StoreException {
    Path target = roots.writable(paths.of(uri));
    Path unfinished = FileUpload.unfinished(target, state.id());
    try (var channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
      if (channel.size() < state.bytes()) {
        throw StoreException.permanent(
            StoreException.Kind.NOT_FOUND, "the unfinished file is shorter than it was");
      }
      channel.truncate(state.bytes());
    } catch (StoreException e) {
      throw e;
    } catch (IOException e) {
      throw FileRoots.failure(unfinished, e);
    }
    return new FileUpload(target, state);
  }

  @Override
  public void delete(String uri) throws StoreException {
    Path path = paths.of(uri);
    try {
      Files.deleteIfExists(roots.existing(path));
    } catch (StoreException e) {
      if (e.kind() != StoreException.Kind.NOT_FOUND) {
        throw e;
      }
    } catch (IOException e) {
      throw FileUpload.failure(e);
    }
  }
}
