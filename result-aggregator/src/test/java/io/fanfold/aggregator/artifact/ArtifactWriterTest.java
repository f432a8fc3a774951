package io.fanfold.aggregator.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.store.ObjectStore;
import io.fanfold.kit.store.ObjectStores;
import io.fanfold.schemas.Artifact;
import io.fanfold.schemas.ArtifactState;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;
import io.fanfold.schemas.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactWriterTest {

  private static final int ITEMS = 100;
  private static final int PART = 500;
  private static final TopicPartition STATES = new TopicPartition(Topics.JOB_STATES.name(), 3);
  private static final TopicPartition ARTIFACTS = new TopicPartition(Topics.ARTIFACTS.name(), 3);

  @TempDir private Path directory;

  private final AvroCodec codec = new AvroCodec(Map.of("schema.registry.url", "mock://artifacts"));
  private final MockProducer<String, byte[]> producer =
      new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
  private final Clock clock = Clock.fixed(ArtifactSamples.T0, ZoneOffset.UTC);
  private ObjectStore store;
  private Path root;
  private MockConsumer<String, byte[]> consumer;
  private ArtifactWriter writer;
  private long offset;

  @BeforeEach
  void start() throws IOException {
    root = directory.toRealPath();
    store = ObjectStores.files(List.of(root));
    begin(0);
  }

  @Test
  void the_files_of_a_job_that_ended_are_written() throws IOException {
    send(42, ended(42));
    rounds(50);

    assertThat(files(42))
        .containsExactly(
            "failures.jsonl", "manifest-summary.json", "results.jsonl", "summary.json");
    assertThat(Files.readAllLines(root.resolve("42/results.jsonl"))).hasSize(66);
    assertThat(artifacts(42))
        .hasSize(4)
        .allSatisfy(artifact -> assertThat(artifact.getState()).isEqualTo(ArtifactState.COMPLETE));
    assertThat(committed()).isEqualTo(1);
  }

  @Test
  void nothing_is_written_for_a_job_that_runs_or_wants_no_files() throws IOException {
    JobState running = ended(1);
    running.setStatus(JobStatus.RUNNING);
    JobState silent = ended(2);
    silent.setOutputUri(null);
    send(1, running);
    send(2, silent);
    rounds(5);

    assertThat(root).isEmptyDirectory();
    assertThat(committed()).isEqualTo(2);
  }

  @Test
  void the_offset_stays_before_a_job_that_is_not_done_and_another_goes_on_there()
      throws IOException {
    send(1, ended(1));
    send(2, ended(2));
    rounds(6);
    assertThat(committed()).isEqualTo(0);
    assertThat(files(1)).doesNotContain("summary.json");

    // As after kill -9: all that is left is on the topics and in the store.
    begin(committed());
    send(1, ended(1));
    send(2, ended(2));
    rounds(100);

    assertThat(files(1)).hasSize(4).isEqualTo(files(2));
    assertThat(Files.readAllLines(root.resolve("2/results.jsonl"))).hasSize(66);
    assertThat(committed()).isEqualTo(2);
  }

  @Test
  void the_files_of_a_deleted_job_are_removed() throws IOException {
    send(42, ended(42));
    send(43, ended(43));
    rounds(100);
    send(42, null);
    rounds(10);

    assertThat(files(42)).isEmpty();
    assertThat(files(43)).hasSize(4);
    assertThat(artifacts(42)).isEmpty();
    assertThat(committed()).isEqualTo(3);
  }

  @Test
  void what_was_being_written_for_a_deleted_job_is_thrown_away() throws IOException {
    send(42, ended(42));
    rounds(4);
    assertThat(files(42)).isNotEmpty();
    send(42, null);
    rounds(10);

    assertThat(files(42)).isEmpty();
    assertThat(artifacts(42)).isEmpty();
  }

  @Test
  void a_later_attempt_replaces_the_files() throws IOException {
    send(42, ended(42));
    rounds(50);
    JobState again = ended(42);
    again.setAttempt(2);
    again.setTag("again");
    send(42, again);
    rounds(50);

    assertThat(root.resolve("42/summary.json")).content().contains("\"again\"");
    assertThat(files(42)).hasSize(4);
  }

  @Test
  void a_location_that_may_not_be_written_fails_the_files_and_nothing_else() throws IOException {
    JobState elsewhere = ended(42);
    elsewhere.setOutputUri("file:///proc/none/");
    send(42, elsewhere);
    send(43, ended(43));
    rounds(100);

    assertThat(artifacts(42))
        .hasSize(4)
        .allSatisfy(
            artifact -> {
              assertThat(artifact.getState()).isEqualTo(ArtifactState.FAILED);
              assertThat(artifact.getError()).isNotBlank();
            });
    assertThat(files(43)).hasSize(4);
    assertThat(committed()).isEqualTo(2);
  }

  private void begin(long from) {
    offset = from;
    consumer = new MockConsumer<>("earliest");
    writer =
        new ArtifactWriter(
            consumer,
            new ArtifactLog(producer, this::reader, codec),
            store,
            ArtifactSamples.content(ArtifactSamples.results(ITEMS)),
            codec,
            clock,
            PART);
    writer.subscribe();
    consumer.rebalance(List.of(STATES));
    consumer.updateBeginningOffsets(Map.of(STATES, from));
  }

  private void rounds(int count) {
    for (int i = 0; i < count; i++) {
      writer.round();
    }
  }

  private void send(long job, JobState state) {
    byte[] value = state == null ? null : codec.encode(Topics.JOB_STATES, state);
    consumer.addRecord(
        new ConsumerRecord<>(
            STATES.topic(), STATES.partition(), offset++, Long.toString(job), value));
  }

  private JobState ended(long id) {
    return ArtifactSamples.ended(id, ITEMS, root.toUri().toString());
  }

  private long committed() {
    var position = consumer.committed(Set.of(STATES)).get(STATES);
    return position == null ? 0 : position.offset();
  }

  private List<String> files(long job) throws IOException {
    if (!Files.exists(root.resolve(Long.toString(job)))) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(root.resolve(Long.toString(job)))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private List<Artifact> artifacts(long job) {
    return new ArtifactLog(producer, this::reader, codec)
        .read(3).values().stream().filter(artifact -> artifact.getJobId() == job).toList();
  }

  /** Of what was sent so far. */
  private Consumer<String, byte[]> reader() {
    var reader = new MockConsumer<String, byte[]>("earliest");
    List<ProducerRecord<String, byte[]>> sent = producer.history();
    reader.updateBeginningOffsets(Map.of(ARTIFACTS, 0L));
    reader.updateEndOffsets(Map.of(ARTIFACTS, (long) sent.size()));
    reader.schedulePollTask(
        () -> {
          for (int i = 0; i < sent.size(); i++) {
            ProducerRecord<String, byte[]> record = sent.get(i);
            assertThat(record.partition()).isEqualTo(3);
            reader.addRecord(
                new ConsumerRecord<>(ARTIFACTS.topic(), 3, i, record.key(), record.value()));
          }
        });
    return reader;
  }
}
