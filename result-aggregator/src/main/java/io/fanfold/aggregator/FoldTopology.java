package io.fanfold.aggregator;

import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Topics;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Accepted jobs and their batches' counts in, job states out, in one transaction. Its stores are
 * never asked by a lookup: under exactly-once they show what is not committed yet.
 */
final class FoldTopology implements Supplier<Topology> {

  static final String JOBS_SOURCE = "jobs-source";
  static final String BATCH_RESULTS_SOURCE = "batch-results-source";
  static final String JOB_FOLD = "job-fold";

  /** Job id to the job's newest state. */
  static final String FOLDED_JOBS = "folded-jobs";

  /** Batch key to the newest counts of a batch whose job has not ended. */
  static final String BATCH_TALLIES = "batch-tallies";

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
    StoreBuilder<?> jobs =
        Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(FOLDED_JOBS), string, bytes);
    StoreBuilder<?> tallies =
        Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(BATCH_TALLIES), string, bytes);
    return new Topology()
        .addSource(JOBS_SOURCE, string.deserializer(), bytes.deserializer(), Topics.JOBS.name())
        .addSource(
            BATCH_RESULTS_SOURCE,
            string.deserializer(),
            bytes.deserializer(),
            Topics.BATCH_RESULTS.name())
        .addProcessor(
            JOB_FOLD,
            () -> new JobFoldProcessor(codec, telemetry),
            JOBS_SOURCE,
            BATCH_RESULTS_SOURCE)
        .addStateStore(jobs, JOB_FOLD)
        .addStateStore(tallies, JOB_FOLD)
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
