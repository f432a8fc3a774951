package io.fanfold.standalone.registry;

import io.fanfold.standalone.registry.RegistryRecord.Version;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The book and its log: a change is in the log before it is in the book. */
final class SchemaStore implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SchemaStore.class);

  private final SchemaLog log;
  private final Compatibility initialLevel;

  private volatile SchemaBook book;

  // Guarded by this. Reads go on from the old book, in which everything is true.
  private boolean stale;

  SchemaStore(SchemaLog log, Compatibility initialLevel) {
    this.log = log;
    this.initialLevel = initialLevel;
    this.book = SchemaBook.of(log.open(), initialLevel);
  }

  SchemaBook book() {
    return book;
  }

  Version register(String subject, String schema, boolean normalize) {
    return change(now -> now.register(subject, schema, normalize));
  }

  void setLevel(String subject, Compatibility level) {
    change(now -> new RegistryRecord.Level(subject, level));
  }

  private synchronized <R extends RegistryRecord> R change(Function<SchemaBook, R> decision) {
    try {
      if (stale) {
        book = SchemaBook.of(log.open(), initialLevel);
        stale = false;
      }
      R record = decision.apply(book);
      if (!(record instanceof Version version) || isNew(version)) {
        log.append(record);
        book = book.with(record);
      }
      return record;
    } catch (KafkaException e) {
      stale = true;
      LOG.warn("The schema log failed and is read anew before the next change", e);
      throw RegistryProblem.store(e);
    }
  }

  private boolean isNew(Version version) {
    return book.subjects().stream().noneMatch(version.subject()::equals)
        || !book.versions(version.subject()).contains(version);
  }

  @Override
  public synchronized void close() {
    log.close();
  }
}
