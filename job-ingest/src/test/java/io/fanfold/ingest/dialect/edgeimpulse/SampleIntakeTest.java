package io.fanfold.ingest.dialect.edgeimpulse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fanfold.kit.LoopThread;
import io.fanfold.kit.ProblemException;
import io.fanfold.kit.RecordSender;
import io.fanfold.kit.store.ObjectStores;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.Sample;
import io.fanfold.schemas.SampleCategory;
import io.fanfold.schemas.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class SampleIntakeTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final String CSV = "timestamp,accX\n0,1\n16,2\n32,3\n";

  private final AvroCodec codec = new AvroCodec(Map.of("schema.registry.url", "mock://samples"));
  private final Topic producer = new Topic();
  private final SampleRegistry registry =
      new SampleRegistry(
          producer.reader,
          codec,
          new RecordSender(codec, producer),
          Clock.fixed(NOW, ZoneOffset.UTC),
          Duration.ofSeconds(30));
  private final LoopThread follower =
      new LoopThread(
          "samples",
          registry,
          failure -> {
            throw new AssertionError(failure);
          });

  @TempDir private Path directory;

  @BeforeEach
  void start() {
    follower.start();
    Awaitility.await().until(() -> sizeIfReady() == 0);
  }

  private int sizeIfReady() {
    try {
      return registry.of("42").size();
    } catch (ProblemException e) {
      return -1;
    }
  }

  @AfterEach
  void stop() {
    follower.close();
    codec.close();
  }

  @Test
  void an_uploaded_sample_is_there_when_the_upload_is_answered() throws Exception {
    Sample sample = intake(true, 10).add("42", upload("idle.1.csv", CSV, false));

    assertThat(registry.of("42", SampleCategory.TESTING)).containsExactly(sample);
    assertThat(registry.of("42", SampleCategory.TRAINING)).isEmpty();
    assertThat(registry.of("43")).isEmpty();
    assertThat(registry.find("42", sample.getId())).hasValue(sample);
    ProducerRecord<String, byte[]> record = producer.history().get(0);
    assertThat(record.key()).isEqualTo("42/" + sample.getId());
    assertThat(codec.decode(Topics.SAMPLES, record.value())).isEqualTo(sample);
    assertThat(sample.getLabel()).isEqualTo("idle");
    assertThat(sample.getIntervalMs()).isEqualTo(16);
    assertThat(sample.getFrequency()).isEqualTo(62.5);
    assertThat(sample.getTotalLengthMs()).isEqualTo(48);
    assertThat(sample.getAddedAt()).isEqualTo(NOW);
    assertThat(sample.getSha256Hash()).hasSize(64);
    Path file = directory.toRealPath().resolve("42").resolve(sample.getId() + ".csv");
    assertThat(sample.getUri()).isEqualTo(file.toUri().toString());
    assertThat(file).hasContent(CSV);
  }

  @Test
  void a_removed_sample_leaves_neither_record_nor_file() throws Exception {
    SampleIntake intake = intake(true, 10);
    Sample sample = intake.add("42", upload("idle.1.csv", CSV, false));

    intake.remove(sample);

    assertThat(registry.of("42")).isEmpty();
    assertThat(producer.history().get(1).value()).isNull();
    assertThat(producer.history().get(1).key()).isEqualTo("42/" + sample.getId());
    assertThat(Files.list(directory.resolve("42"))).isEmpty();
  }

  @Test
  void without_a_store_a_short_sample_is_in_its_record_and_a_long_one_refused() throws Exception {
    SampleIntake intake = intake(false, 10);

    assertThat(intake.add("42", upload("a.csv", CSV, false)).getUri())
        .startsWith("data:text/csv;base64,dGltZXN0YW1w");
    String longer = CSV + "48,4\n".repeat(SampleContents.MAX_INLINE / 5);
    assertThat(refusal(intake, upload("b.csv", longer, false))).isEqualTo(413);
    assertThat(registry.of("42")).hasSize(1);
  }

  @Test
  void a_repeated_sample_is_refused_when_that_is_asked_for() throws Exception {
    SampleIntake intake = intake(true, 10);
    intake.add("42", upload("a.csv", CSV, false));

    assertThat(refusal(intake, upload("b.csv", CSV, true))).isEqualTo(400);
    intake.add("43", upload("b.csv", CSV, true));
    intake.add("42", upload("b.csv", CSV, false));
    assertThat(registry.of("42")).hasSize(2);
  }

  @Test
  void a_project_has_no_more_samples_than_may_be() throws Exception {
    SampleIntake intake = intake(true, 1);
    intake.add("42", upload("a.csv", CSV, false));

    assertThat(refusal(intake, upload("b.csv", CSV, false))).isEqualTo(400);
  }

  @Test
  void a_sample_that_kafka_does_not_take_is_a_503_and_not_there() throws Exception {
    producer.sendException = new TimeoutException("on purpose");

    assertThat(refusal(intake(true, 10), upload("a.csv", CSV, false))).isEqualTo(503);
    assertThat(registry.of("42")).isEmpty();
  }

  private SampleIntake intake(boolean store, int maxSamples) throws Exception {
    Settings settings =
        new Settings(null, true, null, "", maxSamples, 0.6, 0.3, 1024, 1, new Password(""));
    Path real = directory.toRealPath();
    SampleContents contents =
        store
            ? new SampleContents(real.toUri().toString(), ObjectStores.files(List.of(real)))
            : new SampleContents("", null);
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    return new SampleIntake(settings, registry, contents, new JobIds(clock, 0), clock);
  }

  private static Upload upload(String name, String content, boolean unique) {
    return Upload.read(
        "testing",
        header -> header.equals("x-disallow-duplicates") && unique ? "1" : null,
        name,
        "text/csv",
        content.getBytes(UTF_8));
  }

  private static int refusal(SampleIntake intake, Upload upload) {
    var refused = new int[1];
    assertThatThrownBy(() -> intake.add("42", upload))
        .isInstanceOfSatisfying(ProblemException.class, e -> refused[0] = e.problem().status());
    return refused[0];
  }

  /** A topic of one partition, as its producer and its reader see it. */
  private static final class Topic extends MockProducer<String, byte[]> {
    private final Reader reader = new Reader();

    Topic() {
      super(true, null, new StringSerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<String, byte[]> record, Callback callback) {
      Future<RecordMetadata> sent = super.send(record, callback);
      reader.written.add(record);
      return sent;
    }
  }

  private static final class Reader extends MockConsumer<String, byte[]> {
    private final BlockingQueue<ProducerRecord<String, byte[]>> written =
        new LinkedBlockingQueue<>();
    private long offset;

    Reader() {
      super("earliest");
      String topic = Topics.SAMPLES.name();
      updatePartitions(topic, List.of(new PartitionInfo(topic, 0, null, null, null)));
      updateBeginningOffsets(Map.of(new TopicPartition(topic, 0), 0L));
      updateEndOffsets(Map.of(new TopicPartition(topic, 0), 0L));
    }

    @Override
    public ConsumerRecords<String, byte[]> poll(Duration timeout) {
      try {
        ProducerRecord<String, byte[]> next = written.poll(50, TimeUnit.MILLISECONDS);
        if (next != null) {
          addRecord(new ConsumerRecord<>(next.topic(), 0, offset++, next.key(), next.value()));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return super.poll(Duration.ZERO);
    }
  }
}
