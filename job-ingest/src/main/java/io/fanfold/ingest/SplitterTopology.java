package io.fanfold.ingest;

import io.fanfold.kit.CommitPace;
import io.fanfold.kit.KafkaClients;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.state.Stores;

/**
 * The one place that decides over a job's life. Submissions, commands and the ends of batches in;
 * jobs, their batches as there is room for them, and how far that is out, in one transaction.
 */
final class SplitterTopology implements Supplier<Topology> {

  static final String SOURCE = "job-submissions-source";
  static final String COMMANDS_SOURCE = "job-commands-source";
  static final String RESULTS_SOURCE = "batch-results-source";
  static final String SPLITTER = "splitter";

  /** Job id to what is known of the job; see {@link SplitJob}. */
  static final String SPLIT_JOBS = "split-jobs";

  /** Job id to the attempt that is under way; see {@link ActiveSplit}. */
  static final String ACTIVE_SPLITS = "active-splits";

  static final String WAITING_BATCHES = "waiting-batches";
  static final String WAITING_COMMANDS = "waiting-commands";
  static final String SUBMISSION_IDS = "submission-ids";
  static final String TIMERS = "split-timers";

  static final String JOBS_SINK = "jobs-sink";
  static final String BATCHES_SINK = "batches-sink";
  static final String SPLITS_SINK = "splits-sink";
  static final String ADMISSIONS_SINK = "admissions-sink";
  static final String USAGE_SINK = "project-usage-sink";
  static final String RESULTS_SINK = "item-results-sink";
  static final String REROUTE_SINK = "job-submissions-sink";
  static final String COMMANDS_SINK = "job-commands-sink";
  static final String DEAD_LETTERS_SINK = "dead-letters-sink";

  // A job's results are wherever its batches are.
  private static final StreamPartitioner<byte[], byte[]> EVERYWHERE =
      (topic, key, value, partitions) ->
          Optional.of(IntStream.range(0, partitions).boxed().collect(Collectors.toSet()));

  // Whole batches wait in a store; by default its changelog would take 1 MiB only.
  private static final Map<String, String> CHANGELOG =
      Map.of("max.message.bytes", Integer.toString(Topics.MAX_RECORD_BYTES));

  private final SplitterParts parts;
  private final int partitions;
  private final AvroCodec codec;
  private final Telemetry telemetry;

  /**
   * @param partitions how many the topics by job id have
   */
  SplitterTopology(SplitterParts parts, int partitions, AvroCodec codec, Telemetry telemetry) {
    this.parts = parts;
    this.partitions = partitions;
    this.codec = codec;
    this.telemetry = telemetry;
  }

  @Override
  public Topology get() {
    var topology = new Topology();
    // Of all partitions: what is committed is the thread's transaction.
    var pace = new CommitPace(KafkaClients.COMMIT_PACE);
    source(topology, SOURCE, Topics.JOB_SUBMISSIONS.name());
    source(topology, COMMANDS_SOURCE, Topics.JOB_COMMANDS.name());
    source(topology, RESULTS_SOURCE, Topics.BATCH_RESULTS.name());
    topology.addProcessor(
        SPLITTER,
        () -> new SplitterProcessor(parts, partitions, codec, pace, telemetry),
        SOURCE,
        COMMANDS_SOURCE,
        RESULTS_SOURCE);
    for (String store :
        List.of(SPLIT_JOBS, ACTIVE_SPLITS, WAITING_BATCHES, WAITING_COMMANDS, TIMERS)) {
      topology.addStateStore(
          Stores.keyValueStoreBuilder(
                  Stores.persistentKeyValueStore(store), Serdes.String(), Serdes.ByteArray())
              .withLoggingEnabled(CHANGELOG)
              // A job's row changes with each batch that ends; the changelog needs the last.
              .withCachingEnabled(),
          SPLITTER);
    }
    Duration kept = parts.limits().submissionIdsKept();
    topology.addStateStore(
        Stores.windowStoreBuilder(
            Stores.persistentWindowStore(SUBMISSION_IDS, kept, kept, false),
            Serdes.String(),
            Serdes.ByteArray()),
        SPLITTER);
    sink(topology, JOBS_SINK, Topics.JOBS.name());
    sink(topology, BATCHES_SINK, Topics.BATCHES.name());
    sink(topology, SPLITS_SINK, Topics.SPLITS.name());
    sink(topology, ADMISSIONS_SINK, Topics.ADMISSIONS.name());
    sink(topology, USAGE_SINK, Topics.PROJECT_USAGE.name());
    sink(topology, REROUTE_SINK, Topics.JOB_SUBMISSIONS.name());
    sink(topology, COMMANDS_SINK, Topics.JOB_COMMANDS.name());
    sink(topology, DEAD_LETTERS_SINK, Topics.DEAD_LETTERS);
    var bytes = Serdes.ByteArray().serializer();
    return topology.addSink(
        RESULTS_SINK, Topics.ITEM_RESULTS.name(), bytes, bytes, EVERYWHERE, SPLITTER);
  }

  private static void source(Topology topology, String name, String topic) {
    var bytes = Serdes.ByteArray().deserializer();
    topology.addSource(
        AutoOffsetReset.earliest(), name, SplitterTopology::time, bytes, bytes, topic);
  }

  private static void sink(Topology topology, String name, String topic) {
    var bytes = Serdes.ByteArray().serializer();
    topology.addSink(name, topic, bytes, bytes, SPLITTER);
  }

  /**
   * The time of a record; that of the one before if it has none, which would end the stream thread.
   */
  static long time(ConsumerRecord<Object, Object> record, long before) {
    return record.timestamp() >= 0 ? record.timestamp() : Math.max(0, before);
  }
}
