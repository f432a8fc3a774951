package io.fanfold.aggregator;

import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.BatchResult;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.Split;
import io.fanfold.schemas.Topics;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What the fold remembers: the state of each job, what was counted of the batches of those that
 * have not ended, what was read too early, and which jobs are gone.
 *
 * <p>The counts of a batch stay only until they are final. That they were is a bit, so that the end
 * of a job of a hundred thousand batches is no burst of as many deletions.
 */
final class FoldRows {

  private static final String SPLIT = "split";
  private static final String BY_TIME = "@";
  private static final int BATCHES_PER_ROW = 1024;

  // States of jobs that are being counted; decoding one with many features costs more than
  // counting.
  private static final int KEPT_DECODED = 256;

  private final AvroCodec codec;
  private final KeyValueStore<String, byte[]> jobs;
  private final KeyValueStore<String, byte[]> tallies;
  private final KeyValueStore<String, byte[]> finished;
  private final KeyValueStore<String, byte[]> early;
  private final KeyValueStore<String, byte[]> deleted;
  private final Map<String, JobState> decoded = new RecentStates();

  /** Belongs to one life of a task: nothing decoded outlives an aborted transaction. */
  FoldRows(AvroCodec codec, ProcessorContext<?, ?> context) {
    this.codec = codec;
    this.jobs = context.getStateStore(FoldTopology.FOLDED_JOBS);
    this.tallies = context.getStateStore(FoldTopology.BATCH_TALLIES);
    this.finished = context.getStateStore(FoldTopology.FINISHED_BATCHES);
    this.early = context.getStateStore(FoldTopology.EARLY_RECORDS);
    this.deleted = context.getStateStore(FoldTopology.DELETED_JOBS);
  }

  /** The newest state of a job, or null. */
  JobState state(String job) {
    JobState known = decoded.get(job);
    if (known != null) {
      return known;
    }
    byte[] row = jobs.get(job);
    if (row == null) {
      return null;
    }
    JobState state = codec.decode(Topics.JOB_STATES, row);
    decoded.put(job, state);
    return state;
  }

  void putState(String job, JobState state, byte[] encoded) {
    jobs.put(job, encoded);
    decoded.put(job, state);
  }

  /** What is counted of a batch that has not ended, or null. */
  BatchResult tally(BatchResult now) {
    byte[] row = tallies.get(JobIds.batchKey(now.getJobId(), now.getBatchIndex()));
    return row == null ? null : codec.decode(Topics.BATCH_RESULTS, row);
  }

  boolean isFinished(BatchResult now) {
    byte[] row = finished.get(finishedKey(now));
    int bit = now.getBatchIndex() % BATCHES_PER_ROW;
    return row != null && (row[bit >> 3] & 1 << (bit & 7)) != 0;
  }

  /** Remembers what was counted of a batch. */
  void putTally(BatchResult before, BatchResult now) {
    String batch = JobIds.batchKey(now.getJobId(), now.getBatchIndex());
    if (!now.getIsFinal()) {
      tallies.put(batch, codec.encode(Topics.BATCH_RESULTS, now));
      return;
    }
    if (before != null) {
      tallies.delete(batch);
    }
    byte[] known = finished.get(finishedKey(now));
    byte[] row = known == null ? new byte[BATCHES_PER_ROW / 8] : known.clone();
    int bit = now.getBatchIndex() % BATCHES_PER_ROW;
    row[bit >> 3] |= (byte) (1 << (bit & 7));
    finished.put(finishedKey(now), row);
  }

  /** Forgets what was counted of a job's batches. */
  void forgetTallies(String job) {
    deleteAll(tallies, job + "/");
    deleteAll(finished, job + "/");
  }

  /** Keeps counts until their attempt of the job begins. */
  void putEarly(String job, BatchResult result) {
    String key = earlyKey(job, result.getAttempt()) + result.getBatchIndex();
    byte[] known = early.get(key);
    if (known == null || !BatchRules.isStale(codec.decode(Topics.BATCH_RESULTS, known), result)) {
      early.put(key, codec.encode(Topics.BATCH_RESULTS, result));
    }
  }

  /** Keeps a split until its attempt of the job begins. */
  void putEarly(String job, Split split) {
    early.put(earlyKey(job, split.getAttempt()) + SPLIT, codec.encode(Topics.SPLITS, split));
  }

  /** The newest split that was read before its attempt began, or null; it is early no more. */
  Split takeEarlySplit(String job, int attempt) {
    String key = earlyKey(job, attempt) + SPLIT;
    byte[] row = early.get(key);
    if (row == null) {
      return null;
    }
    early.delete(key);
    return codec.decode(Topics.SPLITS, row);
  }

  /** The counts that were read before their attempt began; they are early no more. */
  List<BatchResult> takeEarlyResults(String job, int attempt) {
    var results = new ArrayList<BatchResult>();
    for (KeyValue<String, byte[]> row : rows(early, earlyKey(job, attempt))) {
      results.add(codec.decode(Topics.BATCH_RESULTS, row.value));
      early.delete(row.key);
    }
    return results;
  }

  /** Leaves nothing of a job but the mark that it is gone. */
  void delete(String job, long timeMs) {
    jobs.delete(job);
    decoded.remove(job);
    forgetTallies(job);
    deleteAll(early, job + "/");
    readmit(job);
    deleted.put(job, ByteBuffer.allocate(Long.BYTES).putLong(timeMs).array());
    deleted.put(byTime(timeMs) + "/" + job, new byte[0]);
  }

  boolean isDeleted(String job) {
    return deleted.get(job) != null;
  }

  /** Takes back the mark that a job is gone. */
  void readmit(String job) {
    byte[] mark = deleted.get(job);
    if (mark != null) {
      deleted.delete(job);
      deleted.delete(byTime(ByteBuffer.wrap(mark).getLong()) + "/" + job);
    }
  }

  /** Lets go of marks and early records from before this time. */
  void sweep(long beforeMs) {
    var marks = new ArrayList<String>();
    try (KeyValueIterator<String, byte[]> old = deleted.range(BY_TIME, byTime(beforeMs))) {
      old.forEachRemaining(row -> marks.add(row.key));
    }
    for (String mark : marks) {
      deleted.delete(mark.substring(mark.indexOf('/') + 1));
      deleted.delete(mark);
    }
    var stale = new ArrayList<String>();
    try (KeyValueIterator<String, byte[]> waiting = early.all()) {
      waiting.forEachRemaining(
          row -> {
            if (writtenAt(row) < beforeMs) {
              stale.add(row.key);
            }
          });
    }
    stale.forEach(early::delete);
  }

  private long writtenAt(KeyValue<String, byte[]> row) {
    return row.key.endsWith(SPLIT)
        ? codec.decode(Topics.SPLITS, row.value).getUpdatedAt().toEpochMilli()
        : codec.decode(Topics.BATCH_RESULTS, row.value).getUpdatedAt().toEpochMilli();
  }

  private static String finishedKey(BatchResult result) {
    return JobIds.batchKey(result.getJobId(), result.getBatchIndex() / BATCHES_PER_ROW);
  }

  private static String earlyKey(String job, int attempt) {
    return job + "/" + attempt + "/";
  }

  private static String byTime(long timeMs) {
    return BY_TIME + "%013d".formatted(Math.max(0, timeMs));
  }

  private static void deleteAll(KeyValueStore<String, byte[]> store, String prefix) {
    rows(store, prefix).forEach(row -> store.delete(row.key));
  }

  private static List<KeyValue<String, byte[]>> rows(
      KeyValueStore<String, byte[]> store, String prefix) {
    var rows = new ArrayList<KeyValue<String, byte[]>>();
    try (KeyValueIterator<String, byte[]> found =
        store.prefixScan(prefix, new StringSerializer())) {
      found.forEachRemaining(rows::add);
    }
    return rows;
  }

  private static final class RecentStates extends LinkedHashMap<String, JobState> {

    private static final long serialVersionUID = 1L;

    RecentStates() {
      super(KEPT_DECODED, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, JobState> eldest) {
      return size() > KEPT_DECODED;
    }
  }
}
