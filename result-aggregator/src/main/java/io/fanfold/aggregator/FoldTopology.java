package io.fanfold.aggregator;

import io.fanfold.kit.CommitPace;
import io.fanfold.kit.KafkaClients;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Topics;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/**
 * Accepted jobs, what is handed out of them and their batches' counts in, job states out, in one
 * transaction. Its stores are never asked by a lookup: under exactly-once they show what is not
 * committed yet.
 */
final class FoldTopology implements Supplier<Topology> {

  static final String JOBS_SOURCE = "jobs-source";
  static final String SPLITS_SOURCE = "splits-source";
  static final String BATCH_RESULTS_SOURCE = "batch-results-source";
  static final String JOB_FOLD = "job-fold";

  /** Job id to the job's newest state. */
  static final String FOLDED_JOBS = "folded-jobs";

  /** Batch key to the newest counts of a batch that has begun and not ended. */
  static final String BATCH_TALLIES = "batch-tallies";

  /** Job id and a number to a bit for each of 1024 batches: whether it has ended. */
  static final String FINISHED_BATCHES = "finished-batches";

  /** Job id, attempt and batch to counts or a split read before the attempt began. */
  static final String EARLY_RECORDS = "early-records";

  /** Ids of deleted jobs, and the same by time, so that what comes late is dropped. */
  static final String DELETED_JOBS = "deleted-jobs";

  static final String JOB_STATES_SINK = "job-states-sink";
  static final String DEAD_LETTERS_SINK = "dead-letters-sink";

  private final AvroCodec codec;
  private final Telemetry telemetry;

  FoldTopology(AvroCodec codec, Telemetry telemetry) {
    this.codec = codec;
    this.telemetry = telemetry;
  }

  @Override
  public Topology get() {
    var string = Serdes.String();
    var bytes = Serdes.ByteArray();
    // Of all partitions: what is committed is the thread's transaction.
    var pace = new CommitPace(KafkaClients.COMMIT_PACE);
    var topology =
        new Topology()
            .addSource(JOBS_SOURCE, string.deserializer(), bytes.deserializer(), Topics.JOBS.name())
            .addSource(
                SPLITS_SOURCE, string.deserializer(), bytes.deserializer(), Topics.SPLITS.name())
            .addSource(
                BATCH_RESULTS_SOURCE,
                string.deserializer(),
                bytes.deserializer(),
                Topics.BATCH_RESULTS.name())
            .addProcessor(
                JOB_FOLD,
                () -> new JobFoldProcessor(codec, pace, telemetry),
                JOBS_SOURCE,
                SPLITS_SOURCE,
                BATCH_RESULTS_SOURCE);
    for (String store :
        List.of(FOLDED_JOBS, BATCH_TALLIES, FINISHED_BATCHES, EARLY_RECORDS, DELETED_JOBS)) {
      topology.addStateStore(
          // Cached: a job is counted many times in a transaction, its changelog needs the last.
          Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(store), string, bytes)
              .withCachingEnabled(),
          JOB_FOLD);
    }
    return topology
        .addSink(
            JOB_STATES_SINK,
            Topics.JOB_STATES.name(),
            string.serializer(),
            bytes.serializer(),
            JOB_FOLD)
        .addSink(
            DEAD_LETTERS_SINK,
            Topics.DEAD_LETTERS,
            string.serializer(),
            bytes.serializer(),
            JOB_FOLD);
  }
}
