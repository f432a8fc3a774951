package io.fanfold.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.JobJson;
import io.fanfold.kit.Json;
import io.fanfold.schemas.JobFailure;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;
import io.fanfold.schemas.WebhookPayload;
import java.io.IOException;
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
    assertThat(event.body(WebhookPayload.THIN))
        .isEqualTo(
            """
            {"type":"job.failed","timestamp":"2026-01-01T00:00:03Z","sequence":2,\
            "data":{"jobId":7,\
            "project":"p","status":"FAILED","outcome":"NONE","sequence":2,\
            "progress":1.0,"url":"/v1/jobs/7",\
            "counts":{"total":3,"succeeded":0,"failed":0,"canceled":0,"pending":3},\
            "name":"a \\"name\\" ä","customId":null,"feedId":null,"tag":null,\
            "createdAt":"2026-01-01T00:00:00Z","startedAt":null,"endedAt":null,\
            "failure":{"code":"ALL_ITEMS_FAILED","message":"none succeeded"}}}""");
  }

  @Test
  void the_whole_job_is_what_http_shows_of_it() throws IOException {
    var body = Json.MAPPER.readTree(WebhookEvent.of(state).body(WebhookPayload.FULL));

    assertThat(body.get("type").asText()).isEqualTo("job.failed");
    assertThat(body.get("sequence").asLong()).isEqualTo(2);
    assertThat(body.get("data").toString())
        .isEqualTo(JobJson.of(state, state.getStatusAt()).toString());
    assertThat(body.toString()).doesNotContain(Jobs.SECRET);
  }

  @ParameterizedTest
  @EnumSource(WebhookPayload.class)
  void the_same_state_gives_the_same_bytes(WebhookPayload payload) {
    assertThat(WebhookEvent.of(JobState.newBuilder(state).build()).body(payload))
        .isEqualTo(WebhookEvent.of(state).body(payload));
  }

  @Test
  void a_step_of_progress_has_an_id_of_its_own_that_is_always_the_same() {
    state.setStatus(JobStatus.RUNNING);
    var step = WebhookEvent.progress(state, new ProgressMark(1, 10, 3));

    assertThat(step.type()).isEqualTo("job.progress");
    assertThat(step.id()).matches("evt_[A-Za-z0-9_-]{27}").isNotEqualTo(state.getEventId());
    assertThat(WebhookEvent.progress(state, new ProgressMark(1, 10, 3)).id()).isEqualTo(step.id());
    assertThat(
            List.of(
                WebhookEvent.progress(state, new ProgressMark(1, 10, 4)).id(),
                WebhookEvent.progress(state, new ProgressMark(2, 10, 3)).id(),
                WebhookEvent.progress(state, new ProgressMark(1, 20, 3)).id()))
        .doesNotContain(step.id())
        .doesNotHaveDuplicates();
    assertThat(step.place()).isGreaterThan(WebhookEvent.of(state).place());
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
    assertThat(subscription().wants(WebhookEvent.of(state))).isTrue();
    assertThat(subscription("job.completed", "job.failed").wants(WebhookEvent.of(state))).isTrue();
    assertThat(subscription("job.completed").wants(WebhookEvent.of(state))).isFalse();
  }

  @Test
  void progress_and_what_is_no_jobs_is_for_those_who_name_it() {
    for (String type : List.of("job.progress", "endpoint.disabled")) {
      assertThat(subscription().wants(type)).isFalse();
      assertThat(subscription(type).wants(type)).isTrue();
    }
  }

  private static Subscription subscription(String... events) {
    return Subscription.of("p", Jobs.webhook("https://example.com/", events));
  }
}
