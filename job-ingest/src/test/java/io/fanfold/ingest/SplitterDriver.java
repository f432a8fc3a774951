package io.fanfold.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fanfold.kit.Meters;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Batch;
import io.fanfold.schemas.BatchResult;
import io.fanfold.schemas.CommandType;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobCommand;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.JobSubmission;
import io.fanfold.schemas.ProjectUsage;
import io.fanfold.schemas.Split;
import io.fanfold.schemas.Topic;
import io.fanfold.schemas.Topics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/** The splitter on one partition, with a clock that tests move and feeds that they fill. */
final class SplitterDriver implements AutoCloseable {

  static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

  static final SplitterLimits LIMITS =
      new SplitterLimits(
          16,
          256,
          1_000_000,
          Duration.ofHours(24),
          Duration.ofMinutes(10),
          Duration.ofHours(1),
          Duration.ZERO);

  final Telemetry telemetry = new Telemetry();
  final AvroCodec codec;
  final FakeFeed manifests = new FakeFeed();
  final FakeFeed failures = new FakeFeed();
  final TestInputTopic<byte[], byte[]> submissions;
  final TestInputTopic<byte[], byte[]> commands;
  final TestInputTopic<byte[], byte[]> results;
  final TestOutputTopic<byte[], byte[]> deadLetters;
  private final TopologyTestDriver driver;
  private final TestOutputTopic<String, byte[]> jobs;
  private final TestOutputTopic<String, byte[]> batches;
  private final TestOutputTopic<String, byte[]> splits;
  private final TestOutputTopic<String, byte[]> usage;
  final TestOutputTopic<String, byte[]> admissions;
  final TestOutputTopic<String, byte[]> itemResults;

  SplitterDriver(String name, Path directory, SplitterLimits limits) {
    this.codec = Samples.codec(name);
    var settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, name);
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
    settings.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
    var topology = new SplitterTopology(parts(limits), 1, codec, telemetry);
    driver = new TopologyTestDriver(topology.get(), settings, NOW);
    submissions = input(Topics.JOB_SUBMISSIONS);
    commands = input(Topics.JOB_COMMANDS);
    results = input(Topics.BATCH_RESULTS);
    jobs = output(Topics.JOBS);
    batches = output(Topics.BATCHES);
    splits = output(Topics.SPLITS);
    usage = output(Topics.PROJECT_USAGE);
    admissions = output(Topics.ADMISSIONS);
    itemResults = output(Topics.ITEM_RESULTS);
    deadLetters =
        driver.createOutputTopic(
            Topics.DEAD_LETTERS, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private SplitterParts parts(SplitterLimits limits) {
    return new SplitterParts(
        Samples.rules(),
        new BatchSplitter(100),
        new JobIds(Clock.fixed(NOW, ZoneOffset.UTC), 7),
        new Feeds(manifests, failures),
        limits);
  }

  void submit(long jobId, JobSubmission.Builder submission) {
    submissions.pipeInput(
        key(jobId), codec.encode(Topics.JOB_SUBMISSIONS, submission.build()), NOW);
  }

  void command(long jobId, CommandType command) {
    command(jobId, command, "default");
  }

  void command(long jobId, CommandType command, String project) {
    commands.pipeInput(
        key(jobId),
        codec.encode(
            Topics.JOB_COMMANDS,
            JobCommand.newBuilder().setProject(project).setCommand(command).build()),
        NOW);
  }

  /** A worker says how far a batch is. */
  void result(long jobId, int batch, int attempt, boolean isFinal) {
    results.pipeInput(key(jobId), result(codec, jobId, batch, attempt, isFinal), NOW);
  }

  static byte[] result(AvroCodec codec, long jobId, int batch, int attempt, boolean isFinal) {
    return codec.encode(
        Topics.BATCH_RESULTS,
        BatchResult.newBuilder()
            .setJobId(jobId)
            .setBatchIndex(batch)
            .setAttempt(attempt)
            .setItems(1)
            .setSucceeded(1)
            .setFailed(Map.of())
            .setIsFinal(isFinal)
            .setModels(List.of())
            .setStartedAt(NOW)
            .setUpdatedAt(NOW)
            .build());
  }

  /** Each of these batches has its last result. */
  void finish(List<Batch> done) {
    done.forEach(batch -> result(batch.getJobId(), batch.getIndex(), batch.getAttempt(), true));
  }

  /** Moves the clock; a tick is 50 ms. */
  void pass(Duration time) {
    driver.advanceWallClockTime(time);
  }

  void tick() {
    pass(Duration.ofMillis(50));
  }

  /** Headers written since last asked; null where one was removed. */
  List<Job> jobs() {
    return read(jobs, Topics.JOBS);
  }

  List<Batch> batches() {
    return read(batches, Topics.BATCHES);
  }

  List<String> batchKeys() {
    return batches.readRecordsToList().stream().map(TestRecord::key).toList();
  }

  List<Split> splits() {
    return read(splits, Topics.SPLITS);
  }

  List<ProjectUsage> usage() {
    return read(usage, Topics.PROJECT_USAGE);
  }

  double counted(Meters meter, String... tags) {
    return telemetry.counter(meter, tags).count();
  }

  /** How many rows each store has. */
  Map<String, Integer> rows() {
    var found = new TreeMap<String, Integer>();
    for (String name : driver.getAllStateStores().keySet()) {
      int rows = 0;
      if (name.equals(SplitterTopology.SUBMISSION_IDS)) {
        try (var all = driver.<String, byte[]>getWindowStore(name).all()) {
          for (; all.hasNext(); all.next()) {
            rows++;
          }
        }
      } else {
        try (var all = driver.<String, byte[]>getKeyValueStore(name).all()) {
          for (; all.hasNext(); all.next()) {
            rows++;
          }
        }
      }
      found.put(name, rows);
    }
    return found;
  }

  /** What compaction would leave of what was written to the compacted topics; reads all of it. */
  Set<String> compacted() {
    var left = new TreeSet<String>();
    for (var topic : List.of(jobs, splits, usage, itemResults)) {
      for (TestRecord<String, byte[]> record : topic.readRecordsToList()) {
        String key = System.identityHashCode(topic) + " " + record.key();
        if (record.value() == null) {
          left.remove(key);
        } else {
          left.add(key);
        }
      }
    }
    return left;
  }

  @Override
  public void close() {
    driver.close();
    codec.close();
    telemetry.close();
  }

  private <V extends SpecificRecord> List<V> read(
      TestOutputTopic<String, byte[]> output, Topic<V> topic) {
    var values = new ArrayList<V>();
    for (TestRecord<String, byte[]> record : output.readRecordsToList()) {
      values.add(record.value() == null ? null : codec.decode(topic, record.value()));
    }
    return values;
  }

  private TestInputTopic<byte[], byte[]> input(Topic<?> topic) {
    return driver.createInputTopic(
        topic.name(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  private TestOutputTopic<String, byte[]> output(Topic<?> topic) {
    return driver.createOutputTopic(
        topic.name(), new StringDeserializer(), new ByteArrayDeserializer());
  }

  private static byte[] key(long jobId) {
    return JobIds.key(jobId).getBytes(UTF_8);
  }
}
