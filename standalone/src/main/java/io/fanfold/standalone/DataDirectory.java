package io.fanfold.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;

/**
 * Where one pipeline keeps what it must not lose. Only one process has it open at a time, and
 * others can look up where that one is reached.
 */
public final class DataDirectory implements AutoCloseable {
  /** Kafka needs room for its segments and indexes before the first job. */
  static final long MIN_USABLE_BYTES = 200L * 1024 * 1024;

  private static final String LOCK_FILE = "lock";
  private static final String STATE_FILE = "running.json";

  private final Path path;
  private final boolean ephemeral;
  private final FileChannel channel;
  private final FileLock lock;

  private DataDirectory(Path path, boolean ephemeral, FileChannel channel, FileLock lock) {
    this.path = path;
    this.ephemeral = ephemeral;
    this.channel = channel;
    this.lock = lock;
  }

  /** {@code $XDG_DATA_HOME/fanfold}, by default {@code ~/.local/share/fanfold}. */
  public static Path defaultPath(Map<String, String> environment) {
    String dataHome = environment.get("XDG_DATA_HOME");
    // The XDG specification has relative paths ignored.
    Path base =
        dataHome != null && Path.of(dataHome).isAbsolute()
            ? Path.of(dataHome)
            : Path.of(System.getProperty("user.home"), ".local", "share");
    return base.resolve("fanfold");
  }

  /**
   * Creates the directory if need be and takes it for this process.
   *
   * @throws StartException if another process has it, it cannot be written or the disk is full
   */
  public static DataDirectory open(Path path) throws StartException {
    return open(path, MIN_USABLE_BYTES);
  }

  static DataDirectory open(Path path, long minUsableBytes) throws StartException {
    Path absolute = path.toAbsolutePath().normalize();
    createDirectories(absolute);
    return take(absolute, false, minUsableBytes);
  }

  /** A fresh directory that is gone after {@link #close()}. */
  public static DataDirectory ephemeral() throws StartException {
    Path path;
    try {
      path = Files.createTempDirectory("fanfold-");
    } catch (IOException e) {
      throw new StartException("cannot create a temporary directory: " + reason(e), e);
    }
    return take(path, true, MIN_USABLE_BYTES);
  }

  /** The process that has the directory open now, if there is one. */
  public static Optional<RunningInstance> running(Path path) {
    return readState(path).filter(RunningInstance::isAlive);
  }

  public Path path() {
    return path;
  }

  /** Whether it is gone after {@link #close()}. */
  boolean isEphemeral() {
    return ephemeral;
  }

  /** The broker's own directory. */
  /** How much can still be written here. */
  public long usableBytes() {
    return path.toFile().getUsableSpace();
  }

  public Path kafka() {
    return path.resolve("kafka");
  }

  /** Local state of the services, which they rebuild from Kafka when it is lost. */
  public Path state() {
    return path.resolve("state");
  }

  /** Samples that were uploaded; made at the first start. */
  public Path samples() {
    try {
      // Links resolved, as the stores compare paths.
      return Files.createDirectories(path.resolve("samples")).toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What seals the secrets of webhook endpoints; made at the first start. */
  public String webhookKey() {
    return WebhookKey.in(path.resolve("webhook.key"));
  }

  public Path logFile() {
    return path.resolve("log").resolve("fanfold.log");
  }

  /** Tells other processes where this one is reached. */
  public void publish(RunningInstance.Addresses addresses) throws IOException {
    writeState(new RunningInstance(ProcessHandle.current().pid(), Optional.of(addresses)));
  }

  /** May be called twice, as a shutdown hook does; the later call waits for the earlier. */
  @Override
  public synchronized void close() {
    if (!channel.isOpen()) {
      return;
    }
    try {
      if (ephemeral) {
        channel.close();
        deleteRecursively(path);
      } else {
        // The state goes before the lock, so that it is never the next process's.
        Files.deleteIfExists(path.resolve(STATE_FILE));
        lock.release();
        channel.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot give up " + path, e);
    }
  }

  private static DataDirectory take(Path path, boolean ephemeral, long minUsableBytes)
      throws StartException {
    FileChannel channel = null;
    DataDirectory directory = null;
    try {
      requireSpace(path, minUsableBytes);
      channel =
          FileChannel.open(
              path.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        throw new StartException(alreadyRunning(path));
      }
      directory = new DataDirectory(path, ephemeral, channel, lock);
      directory.writeState(new RunningInstance(ProcessHandle.current().pid(), Optional.empty()));
      return directory;
    } catch (IOException e) {
      throw new StartException("cannot write to " + path + ": " + reason(e), e);
    } finally {
      if (directory == null && channel != null) {
        closeQuietly(channel);
      }
    }
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Held by this JVM; to the caller that is the same as held by another.
      return null;
    }
  }

  private static String alreadyRunning(Path path) {
    return readState(path)
        .map(
            running ->
                "already running (pid %d%s) in %s"
                    .formatted(
                        running.pid(),
                        running.addresses().map(known -> ", " + known.http()).orElse(", starting"),
                        path))
        .orElse("another process has " + path + " open");
  }

  private static void requireSpace(Path path, long minUsableBytes)
      throws IOException, StartException {
    FileStore store = Files.getFileStore(path);
    long usable = store.getUsableSpace();
    if (usable < minUsableBytes) {
      throw new StartException(
          "the disk of %s has %d MiB left, at least %d MiB are needed"
              .formatted(path, usable >> 20, minUsableBytes >> 20));
    }
  }

  private static void createDirectories(Path path) throws StartException {
    try {
      if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        // Jobs carry webhook secrets: other users of the machine have no business here.
        Files.createDirectories(
            path,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      } else {
        Files.createDirectories(path);
      }
    } catch (IOException e) {
      throw new StartException("cannot create " + path + ": " + reason(e), e);
    }
  }

  private static Optional<RunningInstance> readState(Path path) {
    try {
      return RunningInstance.fromJson(Files.readString(path.resolve(STATE_FILE)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      // Unreadable to this user is as good as not there: it only says where to connect.
      return Optional.empty();
    }
  }

  private void writeState(RunningInstance instance) throws IOException {
    Path fresh = path.resolve(STATE_FILE + ".new");
    Files.writeString(fresh, instance.toJson() + "\n");
    Files.move(fresh, path.resolve(STATE_FILE), StandardCopyOption.ATOMIC_MOVE);
  }

  private static void closeQuietly(FileChannel channel) throws StartException {
    try {
      channel.close();
    } catch (IOException e) {
      throw new StartException("cannot close the lock file: " + reason(e), e);
    }
  }

  private static void deleteRecursively(Path root) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            // A server that is still closing may remove its own files meanwhile.
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException e)
              throws IOException {
            if (e != null) {
              throw e;
            }
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** File system exceptions often have the path alone as their message. */
  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "there is a file in the way";
    }
    return e instanceof FileSystemException failure && failure.getReason() != null
        ? failure.getReason()
        : e.toString();
  }
}
