package io.fanfold.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.pipeline.DeliveryAudit.Event;
import io.fanfold.pipeline.DeliveryAudit.Received;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeliveryAuditTest {

  private static final String QUEUED = body("queued", 7, "QUEUED", 0);
  private static final String RUNNING = body("running", 7, "RUNNING", 1);

  private final Map<String, Event> events =
      Map.of("evt_a", new Event(7, "QUEUED", 0), "evt_b", new Event(7, "RUNNING", 1));
  private final List<Received> requests =
      new ArrayList<>(
          List.of(
              new Received("evt_a", QUEUED, true, false),
              new Received("evt_b", RUNNING, true, true),
              new Received("evt_a", QUEUED, true, true)));

  @Test
  void a_good_run_has_no_violations() {
    assertThat(audit(0)).isEmpty();
  }

  @Test
  void an_event_that_never_was_taken_is_found() {
    requests.remove(2);
    assertThat(audit(0)).singleElement().asString().startsWith("evt_a is lost");
  }

  @Test
  void an_event_that_came_once_more_is_found() {
    requests.add(requests.get(1));
    requests.add(requests.get(1));
    assertThat(audit(1)).containsExactly("2 came once more, at most 1 may");
    assertThat(audit(2)).isEmpty();
  }

  @Test
  void an_id_nobody_gave_is_found() {
    requests.add(new Received("evt_c", QUEUED, true, true));
    assertThat(audit(0)).containsExactly("evt_c is the id of no event");
  }

  @Test
  void another_body_under_the_same_id_is_found() {
    requests.add(new Received("evt_a", QUEUED + " ", true, false));
    assertThat(audit(0)).containsExactly("evt_a came with two bodies");
  }

  @Test
  void the_body_of_another_event_is_found() {
    for (String other :
        List.of(
            RUNNING, body("queued", 8, "QUEUED", 0), body("queued", 7, "QUEUED", 2), "{}", "{")) {
      requests.replaceAll(
          r -> r.id().equals("evt_a") ? new Received("evt_a", other, true, true) : r);
      assertThat(audit(1)).singleElement().asString().startsWith("evt_a came with ");
    }
  }

  @Test
  void a_refused_signature_is_found() {
    requests.add(new Received("evt_a", QUEUED, false, false));
    assertThat(audit(0)).containsExactly("evt_a came with a signature that was refused");
  }

  private List<String> audit(long mostTwice) {
    return DeliveryAudit.violations(events, requests, mostTwice);
  }

  private static String body(String type, long job, String status, long sequence) {
    return "{\"type\":\"job.%s\",\"data\":{\"jobId\":%d,\"status\":\"%s\",\"sequence\":%d}}"
        .formatted(type, job, status, sequence);
  }
}
