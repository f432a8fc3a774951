package io.fanfold.webhook;

import static io.fanfold.webhook.EndpointSamples.NOW;
import static io.fanfold.webhook.EndpointSamples.attempt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fanfold.kit.LoopThread;
import io.fanfold.schemas.AttemptOutcome;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Topics;
import io.fanfold.schemas.WebhookAttempt;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttemptViewTest {

  private static final Duration RETENTION = Duration.ofDays(14);

  private final AvroCodec codec =
      new AvroCodec(Map.of("schema.registry.url", "mock://attempt-view"));

  @TempDir private Path directory;
  private AttemptStore store;
  private AttemptView view;
  private long offset;

  @BeforeEach
  void open() {
    store = new AttemptStore(directory);
    view = new AttemptView(store, codec, RETENTION);
  }

  @AfterEach
  void close() {
    store.close();
    codec.close();
  }

  @Test
  void attempts_are_found_by_event_endpoint_and_job_newest_first() {
    take(
        endpoint("evt_1", 1, "ep_1").build(),
        endpoint("evt_1", 2, "ep_1").build(),
        attempt("evt_1", 3, AttemptOutcome.DELIVERED).build(),
        endpoint("evt_2", 4, "ep_1").setJobId(8).build());

    assertThat(numbers(view.ofEvent("p", "evt_1"))).containsExactly(3, 2, 1);
    assertThat(numbers(ofEndpoint("ep_1", Optional.empty(), 10).rows())).containsExactly(4, 2, 1);
    assertThat(numbers(view.ofJob("p", 7, Optional.empty(), 10).rows())).containsExactly(3, 2, 1);
    assertThat(numbers(view.ofJob("p", 8, Optional.empty(), 10).rows())).containsExactly(4);
    assertThat(view.ofEvent("p", "evt_1").get(0).partition()).isEqualTo(3);
  }

  @Test
  void what_is_another_projects_is_not_found_nor_what_only_begins_alike() {
    take(
        endpoint("evt_1", 1, "ep_1").setProject("q").build(),
        endpoint("evt_10", 2, "ep_10").build());

    assertThat(view.ofEvent("p", "evt_1")).isEmpty();
    assertThat(ofEndpoint("ep_1", Optional.empty(), 10).rows()).isEmpty();
    assertThat(view.ofJob("p", 70, Optional.empty(), 10).rows()).isEmpty();
  }

  @Test
  void names_that_lead_to_other_rows_are_not_taken() {
    take(
        attempt("evt_1/x", 1, AttemptOutcome.RETRY).build(),
        endpoint("evt_2", 2, "a/b").build(),
        attempt("evt_3", 3, AttemptOutcome.RETRY).setProject("p/q").build());

    assertThat(view.ofJob("p", 7, Optional.empty(), 10).rows()).isEmpty();
    assertThat(view.offset(3)).hasValue(3);
  }

  @Test
  void pages_go_on_where_they_ended_whatever_has_come_since() {
    for (int i = 1; i <= 5; i++) {
      take(endpoint("evt_" + i, i, "ep_1").build());
    }

    AttemptView.Page first = ofEndpoint("ep_1", Optional.empty(), 2);
    take(endpoint("evt_6", 6, "ep_1").build());
    AttemptView.Page second = ofEndpoint("ep_1", first.next(), 2);
    AttemptView.Page third = ofEndpoint("ep_1", second.next(), 2);

    assertThat(numbers(first.rows())).containsExactly(5, 4);
    assertThat(numbers(second.rows())).containsExactly(3, 2);
    assertThat(numbers(third.rows())).containsExactly(1);
    assertThat(third.next()).isEmpty();
  }

  @Test
  void a_list_is_narrowed_by_outcome_and_by_time() {
    take(
        endpoint("evt_1", 1, "ep_1").setOutcome(AttemptOutcome.GIVEN_UP).build(),
        endpoint("evt_2", 2, "ep_1").build(),
        endpoint("evt_3", 3, "ep_1").setOutcome(AttemptOutcome.GIVEN_UP).build());

    assertThat(
            numbers(
                view.ofEndpoint("p", "ep_1", AttemptOutcome.GIVEN_UP, null, Optional.empty(), 10)
                    .rows()))
        .containsExactly(3, 1);
    assertThat(
            numbers(
                view.ofEndpoint("p", "ep_1", null, NOW.plusSeconds(2), Optional.empty(), 10)
                    .rows()))
        .containsExactly(3, 2);
  }

  @Test
  void an_endpoint_was_last_delivered_to_when_the_newest_of_its_deliveries_was() {
    take(endpoint("evt_1", 5, "ep_1").setOutcome(AttemptOutcome.DELIVERED).build());
    take(
        endpoint("evt_2", 2, "ep_1").setOutcome(AttemptOutcome.DELIVERED).build(),
        endpoint("evt_3", 9, "ep_1").build());

    assertThat(view.lastDelivered("p", "ep_1")).contains(NOW.plusSeconds(5));
    assertThat(view.lastDelivered("p", "ep_2")).isEmpty();
    assertThat(view.lastDelivered("q", "ep_1")).isEmpty();
  }

  @Test
  void what_is_too_old_is_gone_and_is_not_taken_either() {
    take(endpoint("evt_1", 1, "ep_1").build(), endpoint("evt_2", 100, "ep_1").build());

    view.expire(NOW.plusSeconds(50).plus(RETENTION));

    assertThat(view.ofEvent("p", "evt_1")).isEmpty();
    assertThat(numbers(ofEndpoint("ep_1", Optional.empty(), 10).rows())).containsExactly(100);
    assertThat(numbers(view.ofJob("p", 7, Optional.empty(), 10).rows())).containsExactly(100);

    // Nothing points at it any more either.
    assertThat(ofEndpoint("ep_1", Optional.empty(), 1).next()).isEmpty();
    assertThat(view.ofJob("p", 7, Optional.empty(), 1).next()).isEmpty();

    view.take(
        List.of(record(endpoint("evt_3", 1, "ep_1").build())), NOW.plusSeconds(50).plus(RETENTION));
    assertThat(view.ofEvent("p", "evt_3")).isEmpty();
  }

  @Test
  void a_restart_goes_on_where_the_store_is_and_has_what_was_there() {
    var reader = new FakeReader(Topics.WEBHOOK_ATTEMPTS.name(), 1);
    reader.continueAt(1);
    view.take(
        List.of(
            record(
                0, 0, codec.encode(Topics.WEBHOOK_ATTEMPTS, endpoint("evt_1", 1, "ep_1").build()))),
        NOW);
    store.close();
    open();

    var loop = new AttemptReader(reader, view, Clock.fixed(NOW, ZoneOffset.UTC));
    var thread = new LoopThread("attempts", loop, AttemptViewTest::broken);
    thread.start();
    try {
      EndpointSamples.await(loop::isCaughtUp);
      byte[] next = codec.encode(Topics.WEBHOOK_ATTEMPTS, endpoint("evt_1", 2, "ep_1").build());
      reader.arrives("evt_1", next);
      EndpointSamples.await(() -> view.ofEvent("p", "evt_1").size() == 2);
    } finally {
      thread.close();
    }
    assertThat(view.offset(0)).hasValue(2);
  }

  @Test
  void a_record_nobody_can_read_is_passed_over() {
    view.take(List.of(record(3, 0, new byte[] {1, 2, 3})), NOW);

    assertThat(view.offset(3)).hasValue(1);
  }

  @Test
  void a_closed_store_refuses_to_be_read() {
    store.close();

    assertThatThrownBy(() -> view.lastDelivered("p", "ep_1"))
        .isInstanceOf(IllegalStateException.class);
  }

  private AttemptView.Page ofEndpoint(String id, Optional<String> after, int limit) {
    return view.ofEndpoint("p", id, null, null, after, limit);
  }

  private static WebhookAttempt.Builder endpoint(String eventId, int attempt, String endpoint) {
    return attempt(eventId, attempt, AttemptOutcome.RETRY).setEndpointId(endpoint);
  }

  private static List<Integer> numbers(List<AttemptRow> rows) {
    return rows.stream().map(row -> row.attempt().getAttempt()).toList();
  }

  private void take(WebhookAttempt... attempts) {
    var records = new ArrayList<ConsumerRecord<String, byte[]>>();
    for (WebhookAttempt attempt : attempts) {
      records.add(record(attempt));
    }
    view.take(records, NOW);
  }

  private ConsumerRecord<String, byte[]> record(WebhookAttempt attempt) {
    return record(3, offset++, codec.encode(Topics.WEBHOOK_ATTEMPTS, attempt));
  }

  private static ConsumerRecord<String, byte[]> record(int partition, long offset, byte[] value) {
    return new ConsumerRecord<>(Topics.WEBHOOK_ATTEMPTS.name(), partition, offset, "key", value);
  }

  private static void broken(Throwable cause) {
    throw new AssertionError(cause);
  }
}
