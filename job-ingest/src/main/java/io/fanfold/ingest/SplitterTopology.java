package io.fanfold.ingest;

import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Topics;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Submissions in; accepted jobs with their batches out, in one transaction. A submission that was
 * split before makes nothing.
 */
final class SplitterTopology implements Supplier<Topology> {

  static final String SOURCE = "job-submissions-source";
  static final String SPLITTER = "splitter";

  /** Job id to the digest of the submission that made it. */
  static final String SPLIT_JOBS = "split-jobs";

  static final String JOBS_SINK = "jobs-sink";
  static final String BATCHES_SINK = "batches-sink";
  static final String REROUTE_SINK = "job-submissions-sink";
  static final String DEAD_LETTERS_SINK = "dead-letters-sink";

  private final AvroCodec codec;
  private final SubmissionRules rules;
  private final BatchSplitter splitter;
  private final int partitions;
  private final Telemetry telemetry;

  /**
   * @param partitions how many job-submissions has
   */
  SplitterTopology(
      AvroCodec codec,
      SubmissionRules rules,
      BatchSplitter splitter,
      int partitions,
      Telemetry telemetry) {
    this.codec = codec;
    this.rules = rules;
    this.splitter = splitter;
    this.partitions = partitions;
    this.telemetry = telemetry;
  }

  @Override
  public Topology get() {
    var string = Serdes.String();
    var bytes = Serdes.ByteArray();
    StoreBuilder<?> splitJobs =
        Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(SPLIT_JOBS), string, bytes);
    return new Topology()
        .addSource(
            AutoOffsetReset.earliest(),
            SOURCE,
            SplitterTopology::time,
            bytes.deserializer(),
            bytes.deserializer(),
            Topics.JOB_SUBMISSIONS.name())
        .addProcessor(
            SPLITTER,
            () -> new SplitterProcessor(codec, rules, splitter, partitions, telemetry),
            SOURCE)
        .addStateStore(splitJobs, SPLITTER)
        .addSink(JOBS_SINK, Topics.JOBS.name(), bytes.serializer(), bytes.serializer(), SPLITTER)
        .addSink(
            BATCHES_SINK, Topics.BATCHES.name(), bytes.serializer(), bytes.serializer(), SPLITTER)
        .addSink(
            REROUTE_SINK,
            Topics.JOB_SUBMISSIONS.name(),
            bytes.serializer(),
            bytes.serializer(),
            SPLITTER)
        .addSink(
            DEAD_LETTERS_SINK,
            Topics.DEAD_LETTERS,
            bytes.serializer(),
            bytes.serializer(),
            SPLITTER);
  }

  /**
   * The time of a record; that of the one before if it has none, which would end the stream thread.
   */
  static long time(ConsumerRecord<Object, Object> record, long before) {
    return record.timestamp() >= 0 ? record.timestamp() : Math.max(0, before);
  }
}
