package io.fanfold.ingest;

import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.Topics;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.state.KeyValueStore;

/** The jobs of one partition, those that have ended and those just deleted among them. */
final class SplitJobs {

  private static final int CACHED_HEADERS = 256;

  private final KeyValueStore<String, byte[]> rows;
  private final AvroCodec codec;
  private final Map<Long, Job> headers =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Job> eldest) {
          return size() > CACHED_HEADERS;
        }
      };

  SplitJobs(KeyValueStore<String, byte[]> rows, AvroCodec codec) {
    this.rows = rows;
    this.codec = codec;
  }

  Optional<SplitJob> find(long jobId) {
    return Optional.ofNullable(rows.get(JobIds.key(jobId))).map(SplitJob::decode);
  }

  /** Keeps a new job. */
  void add(Job job, SplitJob row) {
    rows.put(JobIds.key(job.getId()), row.encode());
    headers.put(job.getId(), job);
  }

  /** Replaces the row of a job that is there. */
  void put(long jobId, SplitJob row) {
    rows.put(JobIds.key(jobId), row.encode());
    if (row.deleted()) {
      headers.remove(jobId);
    }
  }

  void forget(long jobId) {
    rows.delete(JobIds.key(jobId));
  }

  /** The header of a job that is there and not deleted. */
  Job header(long jobId) {
    Job known = headers.get(jobId);
    if (known == null) {
      known = codec.decode(Topics.JOBS, find(jobId).orElseThrow().header());
      headers.put(jobId, known);
    }
    return known;
  }
}
