package io.fanfold.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.schemas.JobFailure;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WebhookEventTest {

  private final JobState state =
      Jobs.state(Jobs.job(7, Jobs.webhook("https://example.com/")), 2, JobStatus.FAILED);

  @Test
  void the_body_says_what_changed_and_never_the_secret() {
    state.setFailure(new JobFailure("ALL_ITEMS_FAILED", "none succeeded"));

    var event = WebhookEvent.of(state);

    assertThat(event.id()).isEqualTo(state.getEventId()).doesNotContain(".");
    assertThat(event.body())
        .isEqualTo(
            """
            {"type":"job.failed","timestamp":"2026-01-01T00:00:03Z","data":{"jobId":7,\
            "project":"p","status":"FAILED","outcome":"NONE","sequence":2,\
            "counts":{"total":3,"succeeded":0,"failed":0,"canceled":0,"pending":3},\
            "name":"a \\"name\\" ä","customId":null,"feedId":null,"tag":null,\
            "createdAt":"2026-01-01T00:00:00Z","startedAt":null,"endedAt":null,\
            "failure":{"code":"ALL_ITEMS_FAILED","message":"none succeeded"}}}""");
  }

  @Test
  void the_same_state_gives_the_same_bytes() {
    assertThat(WebhookEvent.of(JobState.newBuilder(state).build()))
        .isEqualTo(WebhookEvent.of(state));
  }

  @ParameterizedTest
  @EnumSource(JobStatus.class)
  void every_status_has_its_type(JobStatus status) {
    state.setStatus(status);

    assertThat(WebhookEvent.of(state).type())
        .isIn(
            "job.queued",
            "job.running",
            "job.completed",
            "job.failed",
            "job.canceled",
            "job.expired");
  }

  @Test
  void a_filter_lets_through_what_it_names_and_an_empty_one_everything() {
    var event = WebhookEvent.of(state);

    assertThat(event.isWanted(List.of())).isTrue();
    assertThat(event.isWanted(List.of("job.completed", "job.failed"))).isTrue();
    assertThat(event.isWanted(List.of("job.completed"))).isFalse();
  }
}
