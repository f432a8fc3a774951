package io.fanfold.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.Meters;
import io.fanfold.schemas.Admission;
import io.fanfold.schemas.JobSubmission;
import io.fanfold.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Submissions with a submission id: which job they become. */
final class AdmissionTest {

  @TempDir static Path directory;

  private final SplitterDriver splitter =
      new SplitterDriver("admission-test", directory, SplitterDriver.LIMITS);

  @AfterEach
  void close() {
    splitter.close();
  }

  @Test
  void a_submission_becomes_the_job_its_sender_proposed() {
    submit("team/a%2Fb", named("a/b"), "77", "r1");

    Admission admission = admission();
    assertThat(admission.getJobId()).isEqualTo(77);
    assertThat(admission.getReplayed()).isFalse();
    assertThat(admission.getRequestId()).isEqualTo("r1");
    assertThat(admission.getSubmissionId()).isEqualTo("a/b");
    assertThat(admission.getCreatedAt()).isEqualTo(SplitterDriver.NOW);
    // The driver reads what goes round to job-submissions again.
    assertThat(splitter.jobs())
        .singleElement()
        .satisfies(
            job -> {
              assertThat(job.getId()).isEqualTo(77);
              assertThat(job.getSubmissionId()).isEqualTo("a/b");
            });
    assertThat(splitter.batchKeys()).containsExactly("77/0");
    assertThat(splitter.counted(Meters.SUBMISSIONS, "admitted")).isEqualTo(1);
  }

  @Test
  void without_a_proposal_the_splitter_gives_an_id() {
    submit("team/k", named("k"), null, null);
    submit("team/l", named("l"), "no number", null);

    long first = admission().getJobId();
    assertThat(first).isPositive();
    assertThat(admission().getJobId()).isGreaterThan(first);
  }

  @Test
  void the_same_again_is_the_same_job_and_makes_nothing() {
    submit("team/k", named("k").setMetadata(Map.of("a", "1", "b", "2")), "77", "r1");
    admission();
    splitter.jobs();
    splitter.batches();

    submit("team/k", named("k").setMetadata(Map.of("b", "2", "a", "1")), "78", "r2");

    Admission again = admission();
    assertThat(again.getJobId()).isEqualTo(77);
    assertThat(again.getReplayed()).isTrue();
    assertThat(again.getDifferences()).isEmpty();
    assertThat(again.getRequestId()).isEqualTo("r2");
    assertThat(splitter.jobs()).isEmpty();
    assertThat(splitter.batches()).isEmpty();
  }

  @Test
  void another_job_under_the_id_is_told_what_differs() {
    submit("team/k", named("k"), "77", "r1");
    admission();

    submit("team/k", named("k").setPriority(3).setItems(Samples.items(2)), "78", "r2");

    assertThat(admission().getDifferences()).containsExactly("items", "priority");
    assertThat(splitter.jobs()).hasSize(1);
  }

  @Test
  void an_id_is_a_projects_own_and_free_again_after_a_time() {
    submit("team/k", named("k"), "77", null);
    submit("other/k", named("k").setProject("other"), "78", null);
    assertThat(admission().getJobId()).isEqualTo(77);
    assertThat(admission().getJobId()).isEqualTo(78);

    splitter.pass(SplitterDriver.LIMITS.submissionIdsKept().minusSeconds(1));
    submit("team/k", named("k"), "79", null);
    assertThat(admission().getJobId()).isEqualTo(77);
    splitter.pass(Duration.ofSeconds(2));
    submit("team/k", named("k"), "80", null);
    assertThat(admission().getJobId()).isEqualTo(80);
  }

  @Test
  void a_record_of_the_far_future_takes_no_id_away() {
    submit("team/k", named("k"), "77", null);
    splitter.submissions.pipeInput(
        "team/l".getBytes(UTF_8),
        splitter.codec.encode(Topics.JOB_SUBMISSIONS, named("l").build()),
        Long.MAX_VALUE / 2);
    submit("team/k", named("k"), "78", null);

    assertThat(splitter.admissions.readRecordsToList()).hasSize(3);
    assertThat(splitter.jobs()).hasSize(2);
  }

  @Test
  void a_key_that_is_not_the_submissions_own_is_buried() {
    for (String key : List.of("team/x", "other/k", "/k", "team/", "77/k")) {
      submit(key, named("k"), null, null);
    }
    splitter.submissions.pipeInput("team/k".getBytes(UTF_8), new byte[] {1});

    assertThat(splitter.deadLetters.readRecordsToList()).hasSize(6);
    assertThat(splitter.admissions.isEmpty()).isTrue();
    assertThat(splitter.jobs()).isEmpty();
  }

  private Admission admission() {
    TestRecord<String, byte[]> record = splitter.admissions.readRecord();
    return splitter.codec.decode(Topics.ADMISSIONS, record.value());
  }

  private static JobSubmission.Builder named(String id) {
    return Samples.submission().setProject("team").setSubmissionId(id);
  }

  private void submit(String key, JobSubmission.Builder submission, String jobId, String request) {
    var headers = new RecordHeaders();
    if (jobId != null) {
      headers.add("fanfold-job-id", jobId.getBytes(UTF_8));
    }
    if (request != null) {
      headers.add("fanfold-request-id", request.getBytes(UTF_8));
    }
    splitter.submissions.pipeInput(
        new TestRecord<>(
            key.getBytes(UTF_8),
            splitter.codec.encode(Topics.JOB_SUBMISSIONS, submission.build()),
            headers,
            SplitterDriver.NOW));
  }
}
