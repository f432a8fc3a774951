package io.fanfold.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fanfold.kit.CommitPace;
import io.fanfold.kit.Meters;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Item;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.JobSubmission;
import io.fanfold.schemas.Topics;
import io.fanfold.schemas.serde.SchemaRegistryUnavailableException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

final class SplitterTopologyTest {

  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
  private static final String ID = "1234567890123456";

  private static final SplitterLimits LIMITS = SplitterDriver.LIMITS;

  @TempDir static Path directory;

  private final Telemetry telemetry = new Telemetry();
  private final AvroCodec codec = Samples.codec("splitter-topology-test");
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> submissions;
  private TestOutputTopic<String, byte[]> jobs;
  private TestOutputTopic<String, byte[]> batches;
  private TestOutputTopic<byte[], byte[]> deadLetters;

  @BeforeEach
  void start() {
    start(codec);
  }

  // One partition, so that every key is where it belongs.
  private void start(AvroCodec used) {
    driver = new TopologyTestDriver(topology(used).get(), settings());
    submissions =
        driver.createInputTopic(
            "job-submissions", new ByteArraySerializer(), new ByteArraySerializer());
    jobs = output("jobs");
    batches = output("batches");
    deadLetters =
        driver.createOutputTopic(
            "dead-letters", new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @AfterEach
  void close() {
    driver.close();
    codec.close();
    telemetry.close();
  }

  @Test
  void a_submission_makes_a_job_and_its_batches() {
    submit(ID, Samples.submission(250).setName("n").build());

    TestRecord<String, byte[]> header = jobs.readRecord();
    Job job = codec.decode(Topics.JOBS, header.value());
    assertThat(header.key()).isEqualTo(ID);
    assertThat(header.getRecordTime()).isEqualTo(NOW);
    assertThat(job.getId()).isEqualTo(Long.parseLong(ID));
    assertThat(job.getTotalItems()).isEqualTo(250);
    assertThat(job.getBatchCount()).isEqualTo(3);
    assertThat(job.getName()).isEqualTo("n");
    assertThat(job.getCreatedAt()).isEqualTo(NOW);
    assertThat(job.getFailure()).isNull();
    List<TestRecord<String, byte[]>> all = batches.readRecordsToList();
    assertThat(all).extracting(TestRecord::key).containsExactly(ID + "/0", ID + "/1", ID + "/2");
    assertThat(all)
        .extracting(record -> codec.decode(Topics.BATCHES, record.value()).getItems().size())
        .containsExactly(100, 100, 50);
    assertThat(jobs.isEmpty()).isTrue();
    assertThat(deadLetters.isEmpty()).isTrue();
    assertThat(counted("accepted")).isEqualTo(1);
    assertThat(telemetry.counter(Meters.BATCHES_EMITTED).count()).isEqualTo(3);
    assertThat(telemetry.counter(Meters.ITEMS_EMITTED).count()).isEqualTo(250);
  }

  @Test
  void a_replayed_submission_makes_nothing_twice() {
    byte[] value = encode(Samples.submission(3).build());
    submit(ID, value);
    drain();

    submit(ID, value);
    submit(ID, encode(Samples.submission(3).build()));

    assertNothing();
    assertThat(counted("accepted")).isEqualTo(1);
    assertThat(counted("duplicate")).isEqualTo(2);
  }

  @Test
  void the_same_submission_under_another_schema_id_is_a_replay_too() {
    byte[] value = encode(Samples.submission().build());
    submit(ID, value);
    drain();

    byte[] other = value.clone();
    other[4] += 77;
    submit(ID, other);

    assertNothing();
  }

  @Test
  void a_taken_id_sends_another_submission_to_dead_letters() {
    submit(ID, Samples.submission(1).build());
    drain();

    byte[] other = encode(Samples.submission(2).build());
    submit(ID, other);

    assertThat(jobs.isEmpty()).isTrue();
    assertThat(batches.isEmpty()).isTrue();
    assertDeadLetter(ID.getBytes(UTF_8), other, "is taken by another submission");
    assertThat(counted("duplicate")).isEqualTo(1);
  }

  @Test
  void the_same_submission_under_two_ids_is_two_jobs() {
    submit("1", Samples.submission().build());
    submit("2", Samples.submission().build());

    assertThat(jobs.readRecordsToList()).extracting(TestRecord::key).containsExactly("1", "2");
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(
      strings = {
        "0",
        "01",
        "-1",
        "9007199254740992",
        "1e3",
        "abc",
        " 1",
        "\u0661",
        "1/0",
        "null",
        "\0"
      })
  void a_key_that_is_no_id_goes_to_dead_letters(String key) {
    byte[] value = encode(Samples.submission().build());

    submit(key, value);

    assertThat(jobs.isEmpty()).isTrue();
    assertThat(batches.isEmpty()).isTrue();
    assertDeadLetter(key == null ? null : key.getBytes(UTF_8), value, "the key is not a job id");
    assertThat(counted("dead_letter")).isEqualTo(1);
  }

  @Test
  void a_key_that_is_no_text_goes_to_dead_letters_byte_for_byte() {
    byte[] key = {'1', (byte) 0xff, 0, (byte) 0xc0, (byte) 0xaf};

    submissions.pipeInput(key, new byte[] {1}, NOW);

    assertDeadLetter(key, new byte[] {1}, "the key is not a job id");
  }

  @Test
  void a_dead_letter_keeps_the_headers_it_had() {
    var found = new RecordHeaders().add("trace", new byte[] {7});

    submissions.pipeInput(new TestRecord<>(null, new byte[] {1}, found, NOW));

    Headers headers = deadLetters.readRecord().headers();
    assertThat(headers.lastHeader("trace").value()).containsExactly(7);
    assertThat(text(headers, "dead-letter-service")).isEqualTo("job-ingest");
  }

  @Test
  void a_value_nobody_can_read_is_a_failed_job_and_a_dead_letter() {
    byte[] value = {0, 0, 0, 0, 99, 1, 2, 3};

    submit(ID, value);

    Job job = codec.decode(Topics.JOBS, jobs.readRecord().value());
    assertThat(job.getFailure().getCode()).isEqualTo("INVALID_SUBMISSION");
    assertThat(job.getFailure().getMessage()).startsWith("cannot be read");
    assertThat(job.getTotalItems()).isZero();
    assertThat(job.getProject()).isEqualTo("default");
    assertThat(batches.isEmpty()).isTrue();
    assertDeadLetter(ID.getBytes(UTF_8), value, "not a job submission");
    assertThat(counted("invalid")).isEqualTo(1);
  }

  @Test
  void a_tombstone_is_a_failed_job_and_a_dead_letter() {
    submit(ID, (byte[]) null);

    assertThat(codec.decode(Topics.JOBS, jobs.readRecord().value()).getFailure()).isNotNull();
    assertDeadLetter(ID.getBytes(UTF_8), null, "tombstone");
  }

  @Test
  void a_record_of_another_type_is_a_failed_job_and_a_dead_letter() {
    byte[] value = codec.encode(Topics.FEATURES, Samples.TEXT);

    submit(ID, value);

    assertThat(codec.decode(Topics.JOBS, jobs.readRecord().value()).getFailure()).isNotNull();
    assertDeadLetter(ID.getBytes(UTF_8), value, "expected a JobSubmission");
  }

  @Test
  void a_failed_job_is_not_made_twice_either() {
    submit(ID, new byte[] {1});
    drain();

    submit(ID, new byte[] {1});

    assertNothing();
  }

  @Test
  void a_submission_against_the_rules_is_a_failed_job_that_names_the_field() {
    submit(
        ID,
        Samples.submission()
            .setProject("team")
            .setCustomId("c")
            .setItems(List.of(Samples.item("http://a/"), Samples.item("gopher://b/")))
            .build());

    Job job = codec.decode(Topics.JOBS, jobs.readRecord().value());
    assertThat(job.getFailure().getCode()).isEqualTo("INVALID_SUBMISSION");
    assertThat(job.getFailure().getMessage()).startsWith("items[1].uri must be a file:");
    assertThat(job.getProject()).isEqualTo("team");
    assertThat(job.getCustomId()).isEqualTo("c");
    assertThat(batches.isEmpty()).isTrue();
    assertThat(deadLetters.isEmpty()).isTrue();
    assertThat(counted("invalid")).isEqualTo(1);
  }

  @Test
  void a_batch_that_is_no_record_any_more_is_a_failed_job() {
    // Compressed, such a submission is small enough for its topic.
    Item item = Samples.item("data:," + "x".repeat(100_000));
    var submission = Samples.submission().setItems(java.util.Collections.nCopies(200, item));

    submit("1", submission.setBatchSize(200).build());
    submit("2", submission.setBatchSize(50).build());

    Job refused = codec.decode(Topics.JOBS, jobs.readRecord().value());
    assertThat(refused.getFailure().getMessage()).startsWith("batchSize ");
    assertThat(refused.getBatchCount()).isZero();
    Job accepted = codec.decode(Topics.JOBS, jobs.readRecord().value());
    assertThat(accepted.getFailure()).isNull();
    assertThat(batches.readRecordsToList())
        .extracting(TestRecord::key)
        .containsExactly("2/0", "2/1", "2/2", "2/3");
    assertThat(counted("invalid")).isEqualTo(1);
    assertThat(counted("accepted")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, Long.MAX_VALUE, Long.MAX_VALUE / 1_000 + 1})
  void a_record_of_any_time_is_a_job(long timestamp) {
    submissions.pipeInput(ID.getBytes(UTF_8), encode(Samples.submission().build()), timestamp);

    Job job = codec.decode(Topics.JOBS, jobs.readRecord().value());
    assertThat(job.getFailure()).isNull();
    assertThat(job.getCreatedAt()).isBetween(Instant.EPOCH, Instant.parse("9999-12-31T23:59:59Z"));
    assertThat(batches.isEmpty()).isFalse();
  }

  @Test
  void a_record_without_a_time_has_that_of_the_one_before() {
    var timeless = new ConsumerRecord<Object, Object>("t", 0, 0, null, null);

    // That constructor leaves the time out.
    assertThat(timeless.timestamp()).isNegative();
    assertThat(SplitterTopology.time(timeless, 42)).isEqualTo(42);
    assertThat(SplitterTopology.time(timeless, -1)).isZero();
  }

  @Test
  void a_registry_that_does_not_answer_is_no_fault_of_the_submission() {
    byte[] value = encode(Samples.submission().build());
    driver.close();
    try (AvroCodec unavailable = Samples.codecWithoutRegistry()) {
      start(unavailable);

      assertThatThrownBy(() -> submit(ID, value))
          .rootCause()
          .satisfiesAnyOf(
              cause -> assertThat(cause).isInstanceOf(SchemaRegistryUnavailableException.class),
              cause -> assertThat(cause).isInstanceOf(java.io.IOException.class));
      assertNothing();
    }
  }

  @Test
  void random_bytes_never_stop_the_splitter() {
    long seed = Long.getLong("fanfold.seed", System.nanoTime());
    System.out.println("fanfold.seed=" + seed);
    var random = new Random(seed);
    byte[] good = encode(Samples.submission(2).setName("n").build());
    for (int i = 1; i <= 500; i++) {
      byte[] value = random.nextBoolean() ? new byte[random.nextInt(64)] : good.clone();
      if (value.length < good.length) {
        random.nextBytes(value);
      } else {
        value[random.nextInt(value.length)] = (byte) random.nextInt();
      }
      submit(Integer.toString(i), value);
    }

    assertThat(jobs.readRecordsToList()).as("seed %d: each id has its job", seed).hasSize(500);
    submit(ID, Samples.submission().build());
    assertThat(codec.decode(Topics.JOBS, jobs.readRecord().value()).getFailure()).isNull();
  }

  @Test
  void a_submission_on_a_partition_that_is_not_its_keys_goes_round_once() {
    int partitions = 8;
    byte[] key = ID.getBytes(UTF_8);
    int right = Utils.toPositive(Utils.murmur2(key)) % partitions;
    byte[] value = encode(Samples.submission().build());
    for (int partition = 0; partition < partitions; partition++) {
      var context =
          new MockProcessorContext<byte[], byte[]>(
              settings(), new TaskId(0, partition), new File(directory.toFile(), "p" + partition));
      context.setCurrentSystemTimeMs(NOW.toEpochMilli());
      List<StateStore> stores = SplitterStores.open(context);
      KeyValueStore<String, byte[]> store = context.getStateStore(SplitterTopology.SPLIT_JOBS);
      context.setRecordMetadata("job-submissions", partition, 0);
      var processor = new SplitterProcessor(parts(), partitions, codec, pace(), telemetry);
      processor.init(context);

      processor.process(
          new Record<>(key, value, NOW.toEpochMilli(), new RecordHeaders().add("h", key)));

      if (partition == right) {
        assertThat(context.forwarded(SplitterTopology.REROUTE_SINK)).isEmpty();
        assertThat(context.forwarded(SplitterTopology.JOBS_SINK)).hasSize(1);
      } else {
        assertThat(context.forwarded()).hasSize(1);
        Record<? extends byte[], ? extends byte[]> again =
            context.forwarded(SplitterTopology.REROUTE_SINK).get(0).record();
        assertThat(again.key()).isEqualTo(key);
        assertThat(again.value()).isEqualTo(value);
        assertThat(again.timestamp()).isEqualTo(NOW.toEpochMilli());
        assertThat(again.headers().lastHeader("h").value()).isEqualTo(key);
        assertThat(store.get(ID)).isNull();
      }
      assertThat(context.committed()).isTrue();
      stores.forEach(StateStore::close);
    }
    assertThat(counted("misrouted")).isEqualTo(7);
    assertThat(counted("accepted")).isEqualTo(1);
  }

  @Test
  void a_splitter_that_starts_again_goes_on_where_it_was() {
    var feed = new FakeFeed();
    var limits =
        new SplitterLimits(
            2,
            6,
            100,
            LIMITS.submissionIdsKept(),
            LIMITS.commandsWait(),
            LIMITS.deletedKept(),
            LIMITS.defaultTtl());
    var parts =
        new SplitterParts(
            Samples.rules(),
            new BatchSplitter(100),
            new JobIds(Clock.systemUTC(), 0),
            new Feeds(feed, new FakeFeed()),
            limits);
    var context =
        new MockProcessorContext<byte[], byte[]>(
            settings(), new TaskId(0, 0), new File(directory.toFile(), "again"));
    context.setCurrentSystemTimeMs(NOW.toEpochMilli());
    List<StateStore> stores = SplitterStores.open(context);
    var first = new SplitterProcessor(parts, 1, codec, pace(), telemetry);
    first.init(context);
    process(first, context, "1", Samples.submission(5).setBatchSize(1));
    process(first, context, "2", SplitterFlowTest.manifest().setBatchSize(2));
    feed.page(2, false, 7, 8);
    context.scheduledPunctuators().get(0).getPunctuator().punctuate(0);
    assertThat(batchKeys(context)).containsExactly("1/0", "1/1", "2/0");
    first.close();
    assertThat(feed.running).isEmpty();
    context.resetForwards();

    var second = new SplitterProcessor(parts, 1, codec, pace(), telemetry);
    second.init(context);
    assertThat(feed.running).containsExactly(2L);
    assertThat(feed.positions.get(2L)).isEqualTo(new FeedPosition(9, 1, "v"));
    context.setRecordMetadata("batch-results", 0, 0);
    second.process(
        new Record<>("1".getBytes(UTF_8), SplitterDriver.result(codec, 1, 1, 1, true), 0));

    assertThat(batchKeys(context)).containsExactly("1/2");
    feed.page(2, true, 9);
    context.scheduledPunctuators().get(1).getPunctuator().punctuate(0);
    assertThat(batchKeys(context)).containsExactly("1/2", "2/1");
    stores.forEach(StateStore::close);
  }

  private void process(
      SplitterProcessor processor,
      MockProcessorContext<byte[], byte[]> context,
      String key,
      JobSubmission.Builder submission) {
    context.setRecordMetadata("job-submissions", 0, 0);
    processor.process(
        new Record<>(key.getBytes(UTF_8), encode(submission.build()), NOW.toEpochMilli()));
  }

  private static List<String> batchKeys(MockProcessorContext<byte[], byte[]> context) {
    return context.forwarded(SplitterTopology.BATCHES_SINK).stream()
        .map(captured -> new String(captured.record().key(), UTF_8))
        .toList();
  }

  @Test
  void the_topology_is_the_one_approved() throws Exception {
    String now = topology(codec).get().describe().toString();

    Path file = Path.of("src/test/resources/topology.txt");
    if (Boolean.getBoolean("approve")) {
      Files.writeString(file, now);
    }
    assertThat(now)
        .as("renamed nodes and stores lose their state: approve with -Dapprove=true")
        .isEqualTo(Files.readString(file));
  }

  private SplitterTopology topology(AvroCodec used) {
    return new SplitterTopology(parts(), 1, used, telemetry);
  }

  private static SplitterParts parts() {
    return new SplitterParts(
        Samples.rules(),
        new BatchSplitter(100),
        new JobIds(Clock.systemUTC(), 0),
        new Feeds(new FakeFeed(), new FakeFeed()),
        LIMITS);
  }

  private static Properties settings() {
    var settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "splitter-topology-test");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
    settings.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
    return settings;
  }

  private TestOutputTopic<String, byte[]> output(String topic) {
    return driver.createOutputTopic(topic, new StringDeserializer(), new ByteArrayDeserializer());
  }

  private byte[] encode(JobSubmission submission) {
    return codec.encode(Topics.JOB_SUBMISSIONS, submission);
  }

  private void submit(String key, JobSubmission submission) {
    submit(key, encode(submission));
  }

  private void submit(String key, byte[] value) {
    submissions.pipeInput(key == null ? null : key.getBytes(UTF_8), value, NOW);
  }

  private double counted(String result) {
    return telemetry.counter(Meters.SUBMISSIONS, result).count();
  }

  private void drain() {
    jobs.readRecordsToList();
    batches.readRecordsToList();
    deadLetters.readRecordsToList();
  }

  private void assertNothing() {
    assertThat(jobs.isEmpty()).isTrue();
    assertThat(batches.isEmpty()).isTrue();
    assertThat(deadLetters.isEmpty()).isTrue();
  }

  private void assertDeadLetter(byte[] key, byte[] value, String error) {
    TestRecord<byte[], byte[]> letter = deadLetters.readRecord();
    assertThat(letter.key()).isEqualTo(key);
    assertThat(letter.value()).isEqualTo(value);
    assertThat(text(letter.headers(), "dead-letter-topic")).isEqualTo("job-submissions");
    assertThat(text(letter.headers(), "dead-letter-partition")).isEqualTo("0");
    assertThat(text(letter.headers(), "dead-letter-offset")).matches("[0-9]+");
    assertThat(text(letter.headers(), "dead-letter-error")).contains(error);
    assertThat(deadLetters.isEmpty()).isTrue();
    assertThat(telemetry.counter(Meters.DEAD_LETTERS, "job-ingest", "job-submissions").count())
        .isEqualTo(1);
  }

  /** With nothing used up. */
  private static CommitPace pace() {
    return new CommitPace(Duration.ofMillis(50));
  }

  private static String text(Headers headers, String name) {
    return new String(headers.lastHeader(name).value(), UTF_8);
  }
}
