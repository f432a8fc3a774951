package io.fanfold.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.schemas.JobOutcome;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JobStatesTest {

  @Test
  void the_first_state_is_queued_with_everything_pending() {
    JobState state = JobStates.queued(SampleJobs.full());

    assertThat(state.getStatus()).isEqualTo(JobStatus.QUEUED);
    assertThat(state.getOutcome()).isEqualTo(JobOutcome.NONE);
    assertThat(state.getSequence()).isZero();
    assertThat(state.getTotal()).isEqualTo(250);
    assertThat(state.getPending()).isEqualTo(250);
    assertThat(state.getBatches().getTotal()).isEqualTo(3);
    assertThat(state.getCreatedAt()).isEqualTo(SampleJobs.CREATED);
    assertThat(state.getStatusAt()).isEqualTo(SampleJobs.CREATED);
    assertThat(state.getUpdatedAt()).isEqualTo(SampleJobs.CREATED);
    assertThat(state.getStartedAt()).isNull();
    assertThat(state.getEndedAt()).isNull();
    assertThat(state.getWebhookUrl()).isEqualTo("https://a.example/");
    assertThat(state.getWebhookEvents()).containsExactly("job.failed");
    assertThat(state.toString()).doesNotContain("whsec");
    assertThat(state.getEventId())
        .isEqualTo(JobStates.eventId("team", SampleJobs.full().getId(), 0));
  }

  @Test
  void an_event_id_is_the_same_whenever_it_is_derived() {
    // Receivers deduplicate by it across releases: this value must never change.
    assertThat(JobStates.eventId("default", 1_234_567_890_123_456L, 2))
        .isEqualTo("evt_xt5jfnn6GawQOxaAOe8Axy5d5f2")
        .matches("evt_[A-Za-z0-9_-]{27}");
  }

  @Test
  void an_event_id_differs_by_project_job_and_sequence() {
    assertThat(
            List.of(
                JobStates.eventId("a", 1, 1),
                JobStates.eventId("b", 1, 1),
                JobStates.eventId("a", 2, 1),
                JobStates.eventId("a", 1, 2),
                // No two of these may run together.
                JobStates.eventId("a", 11, 1),
                JobStates.eventId("a", 1, 11),
                JobStates.eventId("a1", 1, 1)))
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource({
    "QUEUED,false",
    "RUNNING,false",
    "COMPLETED,true",
    "FAILED,true",
    "CANCELED,true",
    "EXPIRED,true"
  })
  void four_statuses_are_terminal(JobStatus status, boolean terminal) {
    assertThat(JobStates.isTerminal(status)).isEqualTo(terminal);
  }
}
