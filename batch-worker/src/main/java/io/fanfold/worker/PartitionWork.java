package io.fanfold.worker;

import io.fanfold.schemas.Batch;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The batches of one partition that are being worked on, and how far the partition may be
 * committed: to the first batch that is not finished. Others may be far ahead of it.
 *
 * <p>Beside the offset a commit says from where on in item-results the chunks of unfinished batches
 * lie, so that whoever takes over finds them ({@link ResultRecovery}).
 */
final class PartitionWork {

  private static final String CHUNKS_FROM = "chunks-from=";

  private final RecoveredResults recovered;
  private final long recoveredFrom;
  private final long batchesEnd;
  private final TreeMap<Long, BatchRun> unfinished = new TreeMap<>();
  private final TreeMap<Long, ProducerRecord<String, byte[]>> deadLetters = new TreeMap<>();
  private long position;
  private long chunksEnd;
  private long committed;
  private boolean dropped;

  /**
   * @param recovered results of batches from {@code committed} on that are committed
   * @param committed the offset to begin at, and what was said with it
   * @param batchesEnd where batches ended when the partition was taken over
   * @param chunksEnd where item-results ended then
   */
  PartitionWork(
      RecoveredResults recovered, OffsetAndMetadata committed, long batchesEnd, long chunksEnd) {
    this.recovered = recovered;
    this.recoveredFrom = chunksFrom(committed);
    this.batchesEnd = batchesEnd;
    this.committed = committed.offset();
    this.position = committed.offset();
    this.chunksEnd = chunksEnd;
  }

  /** From where on chunks of unfinished batches lie, as an offset commit says. */
  static long chunksFrom(OffsetAndMetadata committed) {
    String text = committed.metadata();
    return text.startsWith(CHUNKS_FROM) ? Long.parseLong(text.substring(CHUNKS_FROM.length())) : 0;
  }

  RecoveredResults.OfBatch recovered(Batch batch) {
    return recovered.take(batch);
  }

  /** A lower bound for the chunks of a batch that is taken now. */
  long chunksFrom(RecoveredResults.OfBatch recovered) {
    return recovered.indexes().isEmpty() ? chunksEnd : recoveredFrom;
  }

  void chunkSent(long offset) {
    chunksEnd = Math.max(chunksEnd, offset + 1);
  }

  void take(BatchRun run) {
    unfinished.put(run.offset(), run);
  }

  /** A batch of a deleted job: nothing is written of it, and the offset goes past it. */
  void drop(BatchRun run) {
    unfinished.remove(run.offset());
    drop();
  }

  /** The same of one that was not begun. */
  void drop() {
    dropped = true;
  }

  /** A record that is no batch; it is sent in the transaction that commits past it. */
  void bury(long offset, ProducerRecord<String, byte[]> deadLetter) {
    deadLetters.put(offset, deadLetter);
  }

  /** The dead letters that a commit passes. */
  Collection<ProducerRecord<String, byte[]>> deadLetters(OffsetAndMetadata commit) {
    return deadLetters.headMap(commit.offset()).values();
  }

  /** Everything before this offset was taken, or is no batch. */
  void moveTo(long position) {
    this.position = position;
    if (position >= batchesEnd) {
      // Whatever is left belongs to batches that were finished before.
      recovered.clear();
    }
  }

  Collection<BatchRun> runs() {
    return unfinished.values();
  }

  /**
   * What to commit when these batches are finished with it.
   *
   * @param whole batches whose last results are in the same transaction
   */
  OffsetAndMetadata commit(Collection<BatchRun> whole) {
    List<BatchRun> rest = unfinished.values().stream().filter(run -> !whole.contains(run)).toList();
    long offset = rest.isEmpty() ? position : rest.get(0).offset();
    long chunksFrom = rest.stream().mapToLong(BatchRun::chunksFrom).min().orElse(chunksEnd);
    if (!recovered.isEmpty()) {
      chunksFrom = Math.min(chunksFrom, recoveredFrom);
    }
    return new OffsetAndMetadata(offset, CHUNKS_FROM + chunksFrom);
  }

  /** Whether there is reason to commit here; batches have reasons of their own. */
  boolean isDue() {
    return dropped || hasDeadLettersDue();
  }

  /** Whether a commit would pass dead letters. */
  boolean hasDeadLettersDue() {
    return !deadLetters.isEmpty() && !deadLetters(commit(List.of())).isEmpty();
  }

  void markCommitted(OffsetAndMetadata commit) {
    committed = commit.offset();
    dropped = false;
    deadLetters.headMap(committed).clear();
    unfinished.values().removeIf(BatchRun::isFinished);
  }
}
