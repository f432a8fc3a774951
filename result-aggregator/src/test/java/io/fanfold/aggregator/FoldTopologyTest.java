package io.fanfold.aggregator;

import static io.fanfold.aggregator.Samples.job;
import static io.fanfold.aggregator.Samples.result;
import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;
import io.fanfold.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FoldTopologyTest {

  @TempDir Path stateDir;

  private final AvroCodec codec = new AvroCodec(Map.of("schema.registry.url", "mock://fold"));
  private TopologyTestDriver driver;
  private TestInputTopic<String, byte[]> jobs;
  private TestInputTopic<String, byte[]> batchResults;
  private TestOutputTopic<String, byte[]> jobStates;
  private TestOutputTopic<String, byte[]> deadLetters;

  @BeforeEach
  void start() {
    var settings = new Properties();
    settings.put("state.dir", stateDir.toString());
    driver =
        new TopologyTestDriver(
            new FoldTopology(codec, new Telemetry()).get(), settings, Samples.T0);
    var key = new StringSerializer();
    var value = new ByteArraySerializer();
    jobs = driver.createInputTopic(Topics.JOBS.name(), key, value);
    batchResults = driver.createInputTopic(Topics.BATCH_RESULTS.name(), key, value);
    jobStates = output(Topics.JOB_STATES.name());
    deadLetters = output(Topics.DEAD_LETTERS);
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void a_job_is_folded_from_its_acceptance_to_its_end() {
    accept(7, 3, 2);
    count(7, 0, 1, false);
    count(7, 0, 2, true);
    count(7, 1, 1, true);

    assertThat(states())
        .extracting(JobState::getStatus)
        .containsExactly(
            JobStatus.QUEUED,
            JobStatus.RUNNING,
            JobStatus.RUNNING,
            JobStatus.RUNNING,
            JobStatus.COMPLETED);
  }

  @Test
  void results_that_come_before_their_job_are_counted_when_it_comes() {
    count(7, 0, 1, false);
    count(7, 0, 2, true);
    assertThat(jobStates.isEmpty()).isTrue();

    accept(7, 2, 2);

    List<JobState> states = states();
    assertThat(states)
        .extracting(JobState::getStatus)
        .containsExactly(JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.COMPLETED);
    assertThat(states).extracting(JobState::getSequence).containsExactly(0L, 1L, 2L);
  }

  @Test
  void a_job_accepted_twice_is_one_job() {
    accept(7, 2, 2);
    accept(7, 2, 2);

    assertThat(states()).hasSize(1);
  }

  @Test
  void what_was_counted_is_forgotten_when_the_job_has_ended() {
    accept(7, 2, 1);
    count(7, 0, 1, true);
    assertThat(tallies()).isEqualTo(1);
    count(7, 1, 1, true);
    assertThat(tallies()).isZero();

    count(7, 1, 1, true);
    assertThat(tallies()).isZero();
  }

  @Test
  void a_job_whose_id_starts_like_anothers_keeps_its_counts() {
    accept(7, 2, 1);
    accept(77, 2, 1);
    count(77, 0, 1, true);
    count(7, 0, 1, true);
    count(7, 1, 1, true);

    assertThat(tallies()).isEqualTo(1);
  }

  @Test
  void records_nobody_can_read_go_to_dead_letters_and_the_next_one_is_folded() {
    jobs.pipeInput("7", new byte[] {1, 2, 3});
    jobs.pipeInput("not-an-id", codec.encode(Topics.JOBS, job(7, 1, 1)));
    batchResults.pipeInput("7", (byte[]) null);
    accept(7, 1, 1);

    assertThat(states()).hasSize(1);
    List<TestRecord<String, byte[]>> dead = deadLetters.readRecordsToList();
    assertThat(dead).hasSize(3);
    assertThat(dead.get(0).value()).containsExactly(1, 2, 3);
    assertThat(header(dead.get(0), "dead-letter-topic")).isEqualTo("jobs");
    assertThat(header(dead.get(0), "dead-letter-offset")).isEqualTo("0");
    assertThat(header(dead.get(1), "dead-letter-error")).contains("not-an-id");
  }

  private void accept(long id, int items, int batchSize) {
    jobs.pipeInput(Long.toString(id), codec.encode(Topics.JOBS, job(id, items, batchSize)));
  }

  private void count(long id, int batch, int succeeded, boolean isFinal) {
    batchResults.pipeInput(
        Long.toString(id),
        codec.encode(Topics.BATCH_RESULTS, result(id, batch, succeeded, Map.of(), isFinal)));
  }

  private List<JobState> states() {
    return jobStates.readValuesToList().stream()
        .map(value -> codec.decode(Topics.JOB_STATES, value))
        .toList();
  }

  private int tallies() {
    int count = 0;
    try (var rows = driver.getKeyValueStore(FoldTopology.BATCH_TALLIES).all()) {
      while (rows.hasNext()) {
        rows.next();
        count++;
      }
    }
    return count;
  }

  private TestOutputTopic<String, byte[]> output(String topic) {
    return driver.createOutputTopic(topic, new StringDeserializer(), new ByteArrayDeserializer());
  }

  private static String header(TestRecord<String, byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
