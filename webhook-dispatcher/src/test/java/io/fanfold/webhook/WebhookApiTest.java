package io.fanfold.webhook;

import static io.fanfold.webhook.EndpointSamples.NOW;
import static io.fanfold.webhook.EndpointSamples.attempt;
import static io.fanfold.webhook.WebhookServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.WebhookRoutes;
import io.fanfold.kit.WebhookRules;
import io.fanfold.schemas.AttemptOutcome;
import io.fanfold.schemas.DeliveryAction;
import io.fanfold.schemas.EndpointAction;
import io.fanfold.schemas.EndpointCommand;
import io.fanfold.schemas.WebhookEndpoint;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebhookApiTest {

  private static final String ENDPOINTS = "/v1/webhooks/endpoints";

  @TempDir private Path directory;
  private WebhookServer server;

  @BeforeEach
  void start() {
    server = new WebhookServer(directory, true);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void the_routes_are_those_that_are_handed_on() {
    var routes = new ArrayList<String>();
    for (var parsed : server.javalin.get().unsafe.internalRouter.allHttpHandlers()) {
      if (parsed.endpoint.path.startsWith("/v1/")) {
        routes.add(parsed.endpoint.method.name() + " " + parsed.endpoint.path);
      }
    }

    assertThat(routes)
        .containsExactlyInAnyOrderElementsOf(
            WebhookRoutes.ALL.stream()
                .map(route -> route.method().name() + " " + route.path())
                .toList());
  }

  @Test
  void a_new_endpoint_shows_its_secret_once_and_it_is_sealed_where_it_is_kept() {
    HttpResponse<String> made =
        server.send(
            "POST",
            ENDPOINTS,
            """
            {"url":"https://a.example/hook","description":"d","events":["job.completed"],
             "payload":"FULL","ordered":true,"maxPerSecond":5,"timeoutMs":2000,
             "headers":{"X-Team":"blue"}}""");

    assertThat(made.statusCode()).isEqualTo(201);
    JsonNode endpoint = json(made);
    String path = ENDPOINTS + "/" + endpoint.get("id").asText();
    assertThat(made.headers().firstValue("Location")).contains(path);
    assertThat(made.headers().firstValue("ETag")).contains("\"1\"");
    assertThat(made.headers().firstValue("Cache-Control")).contains("no-store");
    String secret = endpoint.get("secret").asText();
    assertThat(WebhookRules.isSecret(secret)).isTrue();
    assertThat(endpoint.get("headerNames").toString()).isEqualTo("[\"X-Team\"]");

    HttpResponse<String> shown = server.send("GET", path, null);
    assertThat(shown.statusCode()).isEqualTo(200);
    assertThat(shown.body()).doesNotContain("whsec_", "blue");
    ((ObjectNode) endpoint).remove("secret");
    assertThat(json(shown)).isEqualTo(endpoint);

    WebhookEndpoint kept = server.view.find("p", endpoint.get("id").asText()).orElseThrow();
    assertThat(kept.toString()).doesNotContain(secret, "blue");
    assertThat(
            server.box.open(
                kept.getKeys().get(0).getSealedSecret().array(),
                EndpointKeys.context("p", kept.getId(), "key_1")))
        .isEqualTo(secret);
    assertThat(
            server.box.open(kept.getSealedHeaders().array(), EndpointDrafts.headersContext(kept)))
        .isEqualTo("{\"X-Team\":\"blue\"}");
  }

  @Test
  void with_v1a_the_public_key_is_shown_and_no_secret() {
    JsonNode endpoint =
        json(
            server.send(
                "POST", ENDPOINTS, "{\"url\":\"https://a.example/\",\"signature\":\"v1a\"}"));

    assertThat(endpoint.get("secret").isNull()).isTrue();
    assertThat(endpoint.at("/keys/0/publicKey").asText()).startsWith("whpk_");
    assertThat(endpoint.at("/keys/0/signature").asText()).isEqualTo("v1a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|url",
        "{\"url\":\"http://a.example/\"}|url",
        "{\"url\":\"https://127.0.0.1/\"}|url",
        "{\"url\":\"https://a.example:22/\"}|url",
        "{\"url\":\"https://[::ffff:10.0.0.1]/\"}|url",
        "{\"url\":\"https://a.example/\",\"events\":[\"job.gone\"]}|events[0]",
        "{\"url\":\"https://a.example/\",\"events\":[\"webhook.test\"]}|events[0]",
        "{\"url\":\"https://a.example/\",\"progressSteps\":0}|progressSteps",
        "{\"url\":\"https://a.example/\",\"progressSteps\":101}|progressSteps",
        "{\"url\":\"https://a.example/\",\"maxPerSecond\":0}|maxPerSecond",
        "{\"url\":\"https://a.example/\",\"timeoutMs\":60001}|timeoutMs",
        "{\"url\":\"https://a.example/\",\"payload\":\"thin\"}|payload",
        "{\"url\":\"https://a.example/\",\"signature\":\"v2\"}|signature",
        "{\"url\":\"https://a.example/\",\"secret\":\"whsec_x\"}|secret",
        "{\"url\":\"https://a.example/\",\"id\":\"ep_1\"}|id",
        "{\"url\":\"https://a.example/\",\"headers\":{\"Host\":\"b\"}}|headers.Host",
        "{\"url\":\"https://a.example/\",\"headers\":{\"webhook-id\":\"b\"}}|headers.webhook-id",
        "{\"url\":\"https://a.example/\",\"headers\":{\"A\":\"b\\r\\nC: d\"}}|headers.A",
        "{\"url\":\"https://a.example/\",\"headers\":{\"A b\":\"c\"}}|headers.A b",
        "{\"url\":\"https://a.example/\",\"headers\":{\"A\":\"\"}}|headers.A",
      })
  void what_is_wrong_is_named_and_nothing_is_made(String body, String field) {
    HttpResponse<String> refused = server.send("POST", ENDPOINTS, body);

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(json(refused).at("/errors/0/field").asText()).isEqualTo(field);
    assertThat(server.view.of("p")).isEmpty();
  }

  @Test
  void without_a_master_key_no_endpoint_is_made_and_the_setting_is_named() {
    server.close();
    server = new WebhookServer(directory.resolve("other"), false);

    HttpResponse<String> refused =
        server.send("POST", ENDPOINTS, "{\"url\":\"https://a.example/\"}");

    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(json(refused).get("code").asText()).isEqualTo("NO_MASTER_KEY");
    assertThat(refused.body()).contains("webhook.master.keys");
  }

  @Test
  void another_projects_endpoint_is_answered_as_one_that_never_was() {
    String id = server.create().get("id").asText();

    for (String[] request :
        List.of(
            new String[] {"GET", "", null},
            new String[] {"PATCH", "", "{}"},
            new String[] {"DELETE", "", null},
            new String[] {"POST", "/secret/rotate", null},
            new String[] {"POST", "/test", null},
            new String[] {"GET", "/attempts", null},
            new String[] {"POST", "/recover", "{\"since\":\"2026-01-01T00:00:00Z\"}"},
            new String[] {"POST", "/cancel", null})) {
      HttpResponse<String> other =
          server.send(
              request[0], ENDPOINTS + "/" + id + request[1], request[2], "Fanfold-Project", "q");
      HttpResponse<String> none =
          server.send(request[0], ENDPOINTS + "/ep_none" + request[1], request[2]);
      assertThat(other.statusCode()).as(request[0] + request[1]).isEqualTo(404);
      assertThat(other.body().replace(id, "ep_none")).isEqualTo(none.body());
    }
    assertThat(
            json(server.send("GET", ENDPOINTS, null, "Fanfold-Project", "q")).get("total").asInt())
        .isZero();
    assertThat(server.commands()).isEmpty();
  }

  @Test
  void a_patch_changes_what_it_names_and_null_takes_away() {
    JsonNode made =
        json(
            server.send(
                "POST",
                ENDPOINTS,
                """
                {"url":"https://a.example/hook","description":"d","maxPerSecond":5,
                 "headers":{"X-A":"1","X-B":"2"}}"""));
    String path = ENDPOINTS + "/" + made.get("id").asText();

    HttpResponse<String> changed =
        server.send(
            "PATCH",
            path,
            "{\"description\":null,\"enabled\":false,\"headers\":{\"X-A\":null,\"X-C\":\"3\"}}");

    assertThat(changed.statusCode()).isEqualTo(200);
    JsonNode endpoint = json(changed);
    assertThat(endpoint.get("version").asInt()).isEqualTo(2);
    assertThat(endpoint.get("description").isNull()).isTrue();
    assertThat(endpoint.get("maxPerSecond").asInt()).isEqualTo(5);
    assertThat(endpoint.get("headerNames").toString()).isEqualTo("[\"X-B\",\"X-C\"]");
    assertThat(endpoint.get("disabledReason").asText()).isEqualTo("BY_USER");
    assertThat(endpoint.has("secret")).isFalse();

    JsonNode enabled = json(server.send("PATCH", path, "{\"enabled\":true}"));
    assertThat(enabled.get("disabledReason").isNull()).isTrue();
    assertThat(enabled.get("disabledAt").isNull()).isTrue();

    assertThat(server.send("PATCH", path, "{\"url\":null}").statusCode()).isEqualTo(400);
    assertThat(server.send("PATCH", path, "{\"signature\":\"v1a\"}").statusCode()).isEqualTo(400);
  }

  @Test
  void a_change_of_a_version_that_is_gone_is_refused() {
    String path = ENDPOINTS + "/" + server.create().get("id").asText();
    assertThat(server.send("PATCH", path, "{\"ordered\":true}", "If-Match", "\"1\"").statusCode())
        .isEqualTo(200);

    for (String method : List.of("PATCH", "DELETE")) {
      HttpResponse<String> refused =
          server.send(method, path, method.equals("PATCH") ? "{}" : null, "If-Match", "\"1\"");
      assertThat(refused.statusCode()).isEqualTo(412);
      assertThat(json(refused).get("code").asText()).isEqualTo("VERSION_CHANGED");
    }
    assertThat(server.send("DELETE", path, null, "If-Match", "\"2\"").statusCode()).isEqualTo(204);
    assertThat(server.send("GET", path, null).statusCode()).isEqualTo(404);
  }

  @Test
  void a_change_that_another_one_overtakes_is_made_again_of_what_came_between() {
    JsonNode made = server.create();
    String id = made.get("id").asText();
    overtakeOnce(id);

    HttpResponse<String> changed = server.send("PATCH", ENDPOINTS + "/" + id, "{\"ordered\":true}");

    assertThat(changed.statusCode()).isEqualTo(200);
    assertThat(json(changed).get("version").asInt()).isEqualTo(3);
    assertThat(json(changed).get("description").asText()).isEqualTo("overtaken");
    assertThat(json(changed).get("ordered").asBoolean()).isTrue();
  }

  @Test
  void a_change_bound_to_a_version_is_not_made_again() {
    String id = server.create().get("id").asText();
    overtakeOnce(id);

    HttpResponse<String> refused =
        server.send("PATCH", ENDPOINTS + "/" + id, "{\"ordered\":true}", "If-Match", "\"1\"");

    assertThat(refused.statusCode()).isEqualTo(412);
    assertThat(json(server.send("GET", ENDPOINTS + "/" + id, null)).get("ordered").asBoolean())
        .isFalse();
  }

  @Test
  void a_change_that_is_not_seen_in_time_is_a_503() {
    server.stopApplying();

    HttpResponse<String> answer =
        server.send("POST", ENDPOINTS, "{\"url\":\"https://a.example/\"}");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).doesNotContain("whsec_");
  }

  @Test
  void a_new_secret_signs_beside_the_old_one_for_as_long_as_was_asked() {
    JsonNode made = server.create();
    String path = ENDPOINTS + "/" + made.get("id").asText();

    HttpResponse<String> answer =
        server.send("POST", path + "/secret/rotate", "{\"overlapSeconds\":60}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode rotated = json(answer);

    assertThat(rotated.get("secret").asText())
        .startsWith("whsec_")
        .isNotEqualTo(made.get("secret").asText());
    assertThat(rotated.at("/keys/0/id").asText()).isEqualTo("key_2");
    assertThat(rotated.at("/keys/1/expiresAt").asText()).isEqualTo("2026-01-31T12:01:00Z");

    server.clock.set(Clock.fixed(NOW.plusSeconds(60), ZoneOffset.UTC));
    assertThat(json(server.send("GET", path, null)).get("keys")).hasSize(1);
    assertThat(
            json(server.send("POST", path + "/secret/rotate", "{\"overlapSeconds\":604801}"))
                .at("/errors/0/field")
                .asText())
        .isEqualTo("overlapSeconds");
  }

  @Test
  void endpoints_are_listed_page_by_page() {
    for (int i = 0; i < 3; i++) {
      server.create();
    }

    JsonNode page = json(server.send("GET", ENDPOINTS + "?limit=2&offset=1", null));
    assertThat(page.get("endpoints")).hasSize(2);
    assertThat(page.get("total").asInt()).isEqualTo(3);
    assertThat(page.get("hasMore").asBoolean()).isFalse();
  }

  @Test
  void a_test_event_goes_to_the_one_endpoint_and_not_to_a_disabled_one() {
    String id = server.create().get("id").asText();

    HttpResponse<String> accepted = server.send("POST", ENDPOINTS + "/" + id + "/test", null);

    assertThat(accepted.statusCode()).isEqualTo(202);
    var command = server.commands().get(0).getValue();
    assertThat(command.getAction()).isEqualTo(DeliveryAction.SEND);
    assertThat(command.getEndpointId()).isEqualTo(id);
    assertThat(command.getEventType()).isEqualTo("webhook.test");
    assertThat(command.getEventId()).isEqualTo(json(accepted).get("eventId").asText());

    server.send("PATCH", ENDPOINTS + "/" + id, "{\"enabled\":false}");
    assertThat(server.send("POST", ENDPOINTS + "/" + id + "/test", null).statusCode())
        .isEqualTo(409);
  }

  @Test
  void an_event_shows_its_deliveries_and_its_attempts() {
    server.attempted(
        attempt("evt_1", 1, AttemptOutcome.RETRY)
            .setEndpointId("ep_1")
            .setResponseStatus(500)
            .setNextAttemptAt(NOW.plusSeconds(60))
            .build());
    server.attempted(attempt("evt_1", 1, AttemptOutcome.DELIVERED).build());

    JsonNode event = json(server.send("GET", "/v1/webhooks/events/evt_1", null));

    assertThat(event.get("jobId").asLong()).isEqualTo(7);
    assertThat(event.get("attempts")).hasSize(2);
    assertThat(event.at("/deliveries/0/target").asText()).isEqualTo("ep_1");
    assertThat(event.at("/deliveries/0/state").asText()).isEqualTo("PENDING");
    assertThat(event.at("/deliveries/0/nextAttemptAt").asText()).isEqualTo("2026-01-31T12:01:00Z");
    assertThat(event.at("/deliveries/1/target").asText()).isEqualTo("inline");
    assertThat(event.at("/deliveries/1/state").asText()).isEqualTo("DELIVERED");

    HttpResponse<String> other =
        server.send("GET", "/v1/webhooks/events/evt_1", null, "Fanfold-Project", "q");
    assertThat(other.statusCode()).isEqualTo(404);
    assertThat(other.body().replace("evt_1", "evt_2"))
        .isEqualTo(server.send("GET", "/v1/webhooks/events/evt_2", null).body());
  }

  @Test
  void attempts_of_a_job_and_of_an_endpoint_are_listed_page_by_page() {
    String id = server.create().get("id").asText();
    for (int i = 1; i <= 3; i++) {
      server.attempted(attempt("evt_" + i, i, AttemptOutcome.RETRY).setEndpointId(id).build());
    }

    JsonNode first = json(server.send("GET", ENDPOINTS + "/" + id + "/attempts?limit=2", null));
    assertThat(first.at("/attempts/0/eventId").asText()).isEqualTo("evt_3");
    JsonNode second =
        json(
            server.send(
                "GET",
                ENDPOINTS + "/" + id + "/attempts?cursor=" + first.get("nextCursor").asText(),
                null));
    assertThat(second.get("attempts")).hasSize(1);
    assertThat(second.get("nextCursor").isNull()).isTrue();
    assertThat(
            json(server.send("GET", ENDPOINTS + "/" + id + "/attempts?outcome=DELIVERED", null))
                .get("attempts"))
        .isEmpty();
    assertThat(json(server.send("GET", "/v1/jobs/7/webhook-attempts", null)).get("attempts"))
        .hasSize(3);
    assertThat(
            json(server.send("GET", "/v1/jobs/7/webhook-attempts", null, "Fanfold-Project", "q"))
                .get("attempts"))
        .isEmpty();
    for (String bad : List.of("cursor=x", "cursor=Li4v", "outcome=LOST", "since=now", "limit=0")) {
      assertThat(server.send("GET", ENDPOINTS + "/" + id + "/attempts?" + bad, null).statusCode())
          .as(bad)
          .isEqualTo(400);
    }
  }

  @Test
  void a_replay_and_a_cancel_of_an_event_go_to_the_partition_of_its_job() {
    server.attempted(attempt("evt_1", 1, AttemptOutcome.GIVEN_UP).build());

    assertThat(server.send("POST", "/v1/webhooks/events/evt_1/replay", null).statusCode())
        .isEqualTo(202);
    assertThat(
            server
                .send("POST", "/v1/webhooks/events/evt_1/cancel", "{\"endpointId\":\"inline\"}")
                .statusCode())
        .isEqualTo(202);
    assertThat(
            server
                .send("POST", "/v1/webhooks/events/evt_1/replay", "{\"endpointId\":\"ep_9\"}")
                .statusCode())
        .isEqualTo(400);

    assertThat(server.commands()).extracting(row -> row.getKey()).containsExactly(2, 2);
    assertThat(server.commands())
        .extracting(row -> row.getValue().getAction())
        .containsExactly(DeliveryAction.REPLAY, DeliveryAction.CANCEL);
    assertThat(server.commands().get(0).getValue().getEventId()).isEqualTo("evt_1");
    assertThat(server.commands().get(0).getValue().getEndpointId()).isNull();
    assertThat(server.commands().get(1).getValue().getEndpointId()).isEqualTo("inline");
  }

  @Test
  void a_recovery_goes_to_every_partition_and_needs_a_time_in_the_past() {
    String id = server.create().get("id").asText();
    String path = ENDPOINTS + "/" + id + "/recover";

    assertThat(server.send("POST", path, "{}").statusCode()).isEqualTo(400);
    assertThat(server.send("POST", path, "{\"since\":\"2026-02-01T00:00:00Z\"}").statusCode())
        .isEqualTo(400);
    assertThat(server.send("POST", path, "{\"since\":\"2026-01-31T00:00:00Z\"}").statusCode())
        .isEqualTo(202);

    assertThat(server.commands()).extracting(row -> row.getKey()).containsExactly(0, 1, 2, 3);
    assertThat(server.commands())
        .allSatisfy(
            row -> {
              assertThat(row.getValue().getAction()).isEqualTo(DeliveryAction.RECOVER);
              assertThat(row.getValue().getEndpointId()).isEqualTo(id);
              assertThat(row.getValue().getSince()).isEqualTo("2026-01-31T00:00:00Z");
            });
  }

  /** Before the next change is applied, another one is. */
  private void overtakeOnce(String id) {
    server.before.set(
        () -> {
          server.before.set(() -> {});
          WebhookEndpoint now = server.view.find("p", id).orElseThrow();
          server.apply(
              EndpointsView.key("p", id),
              EndpointCommand.newBuilder()
                  .setRequestId("other")
                  .setAction(EndpointAction.PUT)
                  .setExpectedVersion(now.getVersion())
                  .setEndpoint(WebhookEndpoint.newBuilder(now).setDescription("overtaken").build())
                  .build());
        });
  }

  @Test
  void a_body_that_is_no_json_is_refused() {
    assertThat(server.send("POST", ENDPOINTS, "url=a", "Content-Type", "text/plain").statusCode())
        .isEqualTo(415);
    assertThat(server.send("POST", ENDPOINTS, "{").statusCode()).isEqualTo(400);
  }
}
