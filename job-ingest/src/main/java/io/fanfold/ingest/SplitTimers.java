package io.fanfold.ingest;

import io.fanfold.schemas.JobIds;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** What is to happen to jobs later: rows that sort by when they are due. */
final class SplitTimers {

  enum Kind {
    /** The job's time is over. */
    DEADLINE,
    /** The job has been there long enough since its end. */
    TTL,
    /** Nobody needs the job's split any more. */
    SPLIT,
    /** Nobody needs to know any more that there was such a job. */
    FORGET,
    /** Commands have waited for their job long enough. */
    COMMANDS
  }

  /**
   * @param attempt the job's attempt when the timer was set
   */
  record Timer(Kind kind, long jobId, int attempt) {}

  private static final byte[] NOTHING = {};

  private final KeyValueStore<String, byte[]> rows;

  SplitTimers(KeyValueStore<String, byte[]> rows) {
    this.rows = rows;
  }

  void set(long dueMs, Kind kind, long jobId, int attempt) {
    rows.put("%019d/%s/%d/%d".formatted(Math.max(0, dueMs), kind, jobId, attempt), NOTHING);
  }

  /** Takes out at most so many timers that are due. */
  List<Timer> due(long nowMs, int limit) {
    var keys = new ArrayList<String>();
    // A slash comes before all digits, and this one after all slashes.
    try (KeyValueIterator<String, byte[]> found =
        rows.range(null, "%019d0".formatted(Math.max(0, nowMs)))) {
      while (keys.size() < limit && found.hasNext()) {
        KeyValue<String, byte[]> row = found.next();
        keys.add(row.key);
      }
    }
    var due = new ArrayList<Timer>(keys.size());
    for (String key : keys) {
      rows.delete(key);
      String[] parts = key.split("/", 4);
      due.add(
          new Timer(
              Kind.valueOf(parts[1]),
              JobIds.parse(parts[2]).orElseThrow(),
              Integer.parseInt(parts[3])));
    }
    return due;
  }
}
