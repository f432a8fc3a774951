package io.fanfold.aggregator;

import static io.fanfold.aggregator.Samples.job;
import static io.fanfold.aggregator.Samples.result;
import static io.fanfold.aggregator.Samples.split;
import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;
import io.fanfold.schemas.Split;
import io.fanfold.schemas.StopReason;
import io.fanfold.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
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
  private TestInputTopic<String, byte[]> splits;
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
    splits = driver.createInputTopic(Topics.SPLITS.name(), key, value);
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
  void a_split_read_before_its_job_waits_for_it() {
    pipe(split(7, 1, 2, 1).build());
    pipe(split(7, 1, 3, 2).setComplete(true).build());
    count(7, 0, 2, true);
    count(7, 1, 1, true);
    assertThat(jobStates.isEmpty()).isTrue();

    jobs.pipeInput("7", codec.encode(Topics.JOBS, Samples.manifestJob(7, 2)));

    assertThat(states()).last().extracting(JobState::getStatus).isEqualTo(JobStatus.COMPLETED);
    assertThat(rows(FoldTopology.EARLY_RECORDS)).isEmpty();
    assertThat(tallies()).isZero();
  }

  @Test
  void the_next_attempt_waits_for_the_end_of_the_one_before() {
    jobs.pipeInput("7", codec.encode(Topics.JOBS, Samples.manifestJob(7, 2)));
    count(7, 0, 1, Map.of("TIMEOUT", 1), true);
    pipe(split(7, 2, 1, 1).setComplete(true).build());
    batchResults.pipeInput(
        "7", codec.encode(Topics.BATCH_RESULTS, result(7, 2, 0, 1, Map.of(), true)));
    assertThat(states()).last().extracting(JobState::getAttempt).isEqualTo(1);

    pipe(split(7, 1, 2, 1).setComplete(true).build());

    List<JobState> states = states();
    assertThat(states)
        .extracting(JobState::getStatus)
        .containsExactly(
            JobStatus.COMPLETED, JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.COMPLETED);
    assertThat(states.get(3).getSucceeded()).isEqualTo(2);
    assertThat(rows(FoldTopology.EARLY_RECORDS)).isEmpty();
  }

  @Test
  void a_batch_that_has_ended_is_not_counted_again_and_leaves_a_bit() {
    accept(7, 2, 1);
    count(7, 0, 0, false);
    count(7, 0, 1, true);
    int states = states().size();
    count(7, 0, 1, true);
    count(7, 0, 0, false);

    assertThat(states).isEqualTo(3);
    assertThat(jobStates.isEmpty()).isTrue();
    assertThat(rows(FoldTopology.BATCH_TALLIES)).isEmpty();
    assertThat(rows(FoldTopology.FINISHED_BATCHES)).containsExactly("7/0");
  }

  @Test
  void a_job_of_very_many_batches_takes_a_row_for_a_thousand() {
    accept(7, 2_100, 1);
    for (int batch = 0; batch < 2_099; batch++) {
      count(7, batch, 1, true);
    }
    assertThat(rows(FoldTopology.FINISHED_BATCHES)).containsExactly("7/0", "7/1", "7/2");
    assertThat(states()).last().extracting(JobState::getPending).isEqualTo(1L);

    count(7, 2_099, 1, true);
    assertThat(states()).last().extracting(JobState::getStatus).isEqualTo(JobStatus.COMPLETED);
    assertThat(rows(FoldTopology.FINISHED_BATCHES)).isEmpty();
  }

  @Test
  void a_deleted_job_leaves_a_tombstone_and_what_comes_late_is_dropped() {
    accept(7, 2, 1);
    count(7, 0, 1, true);
    states();

    jobs.pipeInput("7", (byte[]) null);
    TestRecord<String, byte[]> tombstone = jobStates.readRecord();
    assertThat(tombstone.key()).isEqualTo("7");
    assertThat(tombstone.value()).isNull();

    count(7, 1, 1, true);
    pipe(split(7, 1, 2, 2).setStop(Samples.stop(StopReason.DELETED)).build());
    splits.pipeInput("7", (byte[]) null);
    assertThat(jobStates.isEmpty()).isTrue();
    assertThat(rows(FoldTopology.FOLDED_JOBS)).isEmpty();
    assertThat(rows(FoldTopology.EARLY_RECORDS)).isEmpty();
    assertThat(tallies()).isZero();
    assertThat(deadLetters.isEmpty()).isTrue();
  }

  @Test
  void the_id_of_a_deleted_job_can_be_used_again() {
    accept(7, 2, 2);
    jobs.pipeInput("7", (byte[]) null);
    accept(7, 1, 1);
    count(7, 0, 1, true);

    assertThat(rows(FoldTopology.DELETED_JOBS)).isEmpty();
    assertThat(jobStates.readKeyValuesToList()).hasSize(5);
  }

  @Test
  void marks_and_early_records_are_let_go_when_nothing_of_them_can_come_any_more() {
    accept(7, 2, 2);
    jobs.pipeInput("7", (byte[]) null);
    count(8, 0, 1, false);
    pipe(split(8, 1, 2, 1).build());
    assertThat(rows(FoldTopology.DELETED_JOBS)).hasSize(2);
    assertThat(rows(FoldTopology.EARLY_RECORDS)).hasSize(2);

    passes(Duration.ofDays(6));
    assertThat(rows(FoldTopology.DELETED_JOBS)).hasSize(2);
    assertThat(rows(FoldTopology.EARLY_RECORDS)).hasSize(2);

    passes(Duration.ofDays(8));
    assertThat(rows(FoldTopology.DELETED_JOBS)).isEmpty();
    assertThat(rows(FoldTopology.EARLY_RECORDS)).isEmpty();
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

  @Test
  void deleted_jobs_leave_nothing_once_nothing_late_can_come() {
    for (long id = 100; id < 140; id++) {
      if (id % 4 == 0) {
        count(id, 0, 1, false);
      }
      accept(id, 4, 2);
      count(id, 0, 1, false);
      if (id % 4 > 1) {
        count(id, 0, 1, Map.of("TIMEOUT", 1), true);
        count(id, 1, 2, true);
      }
      jobs.pipeInput(Long.toString(id), (byte[]) null);
      count(id, 1, 1, false);
    }
    // Of jobs that never come.
    count(200, 0, 1, true);
    count(201, 0, 1, false);
    Map<String, byte[]> newest = new HashMap<>();
    jobStates.readRecordsToList().forEach(record -> newest.put(record.key(), record.value()));
    assertThat(newest).hasSize(40).allSatisfy((job, state) -> assertThat(state).isNull());

    passes(Duration.ofDays(8));
    passes(Duration.ofDays(9));

    assertThat(driver.getAllStateStores()).hasSize(5);
    for (String store : driver.getAllStateStores().keySet()) {
      // Of the job that has moved the time.
      List<String> left = store.equals(FoldTopology.FOLDED_JOBS) ? List.of("9") : List.of();
      assertThat(rows(store)).as(store).isEqualTo(left);
    }
  }

  /** A record of this age moves the time of the stream. */
  private void passes(Duration sinceStart) {
    jobs.pipeInput("9", codec.encode(Topics.JOBS, job(9, 1, 1)), Samples.T0.plus(sinceStart));
  }

  private void pipe(Split split) {
    splits.pipeInput(Long.toString(split.getJobId()), codec.encode(Topics.SPLITS, split));
  }

  private void accept(long id, int items, int batchSize) {
    jobs.pipeInput(Long.toString(id), codec.encode(Topics.JOBS, job(id, items, batchSize)));
  }

  private void count(long id, int batch, int succeeded, boolean isFinal) {
    count(id, batch, succeeded, Map.of(), isFinal);
  }

  private void count(
      long id, int batch, int succeeded, Map<String, Integer> failed, boolean isFinal) {
    batchResults.pipeInput(
        Long.toString(id),
        codec.encode(Topics.BATCH_RESULTS, result(id, batch, succeeded, failed, isFinal)));
  }

  private List<JobState> states() {
    return jobStates.readValuesToList().stream()
        .map(value -> codec.decode(Topics.JOB_STATES, value))
        .toList();
  }

  private int tallies() {
    return rows(FoldTopology.BATCH_TALLIES).size() + rows(FoldTopology.FINISHED_BATCHES).size();
  }

  private List<String> rows(String store) {
    var keys = new ArrayList<String>();
    try (var rows = driver.getKeyValueStore(store).all()) {
      rows.forEachRemaining(row -> keys.add((String) row.key));
    }
    return keys;
  }

  private TestOutputTopic<String, byte[]> output(String topic) {
    return driver.createOutputTopic(topic, new StringDeserializer(), new ByteArrayDeserializer());
  }

  private static String header(TestRecord<String, byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
