package io.fanfold.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiPredicate;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Rows on this machine's disk, in RocksDB. They survive a kill as they were at some earlier batch,
 * and each batch has the offsets that go with it. Lost with the disk, they are read again.
 */
final class AttemptStore implements AutoCloseable {

  static {
    RocksDB.loadLibrary();
  }

  /** What one batch puts and removes. */
  interface Writes {
    void put(String key, byte[] value);

    void delete(String key);
  }

  /** Adds to a batch. */
  interface Batch {
    void add(Writes writes);
  }

  private final Options options = new Options().setCreateIfMissing(true);
  private final RocksDB rows;

  /** A read of a closed store would end the process, and readers are on many threads. */
  private final ReentrantReadWriteLock open = new ReentrantReadWriteLock();

  private boolean closed;

  /**
   * @param directory made if need be; one process has it open at a time
   * @throws UncheckedIOException when it cannot be opened
   */
  AttemptStore(Path directory) {
    try {
      Files.createDirectories(directory);
      this.rows = RocksDB.open(options, directory.toString());
    } catch (IOException | RocksDBException e) {
      options.close();
      throw unusable(e);
    }
  }

  void write(Batch batch) {
    open.readLock().lock();
    try (var writes = new WriteBatch();
        var how = new WriteOptions()) {
      requireOpen();
      batch.add(
          new Writes() {
            @Override
            public void put(String key, byte[] value) {
              try {
                writes.put(AttemptRow.bytes(key), value);
              } catch (RocksDBException e) {
                throw unusable(e);
              }
            }

            @Override
            public void delete(String key) {
              try {
                writes.delete(AttemptRow.bytes(key));
              } catch (RocksDBException e) {
                throw unusable(e);
              }
            }
          });
      rows.write(how, writes);
    } catch (RocksDBException e) {
      throw unusable(e);
    } finally {
      open.readLock().unlock();
    }
  }

  /** The value, or null. */
  byte[] get(String key) {
    open.readLock().lock();
    try {
      requireOpen();
      return rows.get(AttemptRow.bytes(key));
    } catch (RocksDBException e) {
      throw unusable(e);
    } finally {
      open.readLock().unlock();
    }
  }

  OptionalLong number(String key) {
    byte[] value = get(key);
    return value == null ? OptionalLong.empty() : OptionalLong.of(ByteBuffer.wrap(value).getLong());
  }

  static byte[] number(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  /**
   * Shows rows in the order of their keys.
   *
   * @param prefix of all of them
   * @param from the first key that may be shown
   * @param each gets what follows the prefix, and the value; false ends it
   */
  void scan(String prefix, String from, BiPredicate<String, byte[]> each) {
    open.readLock().lock();
    try {
      requireOpen();
      try (RocksIterator at = rows.newIterator()) {
        at.seek(AttemptRow.bytes(from));
        while (at.isValid()) {
          String key = new String(at.key(), UTF_8);
          if (!key.startsWith(prefix) || !each.test(key.substring(prefix.length()), at.value())) {
            break;
          }
          at.next();
        }
        at.status();
      } catch (RocksDBException e) {
        throw unusable(e);
      }
    } finally {
      open.readLock().unlock();
    }
  }

  @Override
  public void close() {
    open.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        rows.close();
        options.close();
      }
    } finally {
      open.writeLock().unlock();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the store of attempts is closed");
    }
  }

  private static UncheckedIOException unusable(Exception e) {
    return new UncheckedIOException(
        "the store of attempts cannot be used: " + e.getMessage(), new IOException(e));
  }
}
