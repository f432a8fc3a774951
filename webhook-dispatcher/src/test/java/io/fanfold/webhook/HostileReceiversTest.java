package io.fanfold.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.Json;
import io.fanfold.kit.ServiceConfig;
import io.fanfold.kit.net.AddressGuard;
import io.fanfold.kit.net.UrlRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No setting makes us take one of the URLs that service-kit's tests keep a table of. */
class HostileReceiversTest {

  private static final Path TABLE =
      Path.of("..", "service-kit", "src", "test", "resources", "hostile-urls.txt");

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_hostile_receiver_is_refused_however_open_the_settings_are(boolean open)
      throws IOException {
    var settings =
        Map.of(
            ServiceConfig.BOOTSTRAP_SERVERS,
            "none:1",
            ServiceConfig.SCHEMA_REGISTRY_URL,
            "mock://hostile-receivers",
            WebhookDispatcherConfig.ALLOW_HTTP,
            Boolean.toString(open),
            WebhookDispatcherConfig.PORTS,
            open ? "*" : "443,8443");
    assertRefused(
        WebhookDispatcherConfig.urls(
            ServiceConfig.of(WebhookDispatcherConfig.definition(), settings),
            AddressGuard.publicOnly()));
  }

  @Test
  void no_endpoint_is_made_with_one_or_changed_to_one(@TempDir Path directory) throws IOException {
    try (var server = new WebhookServer(directory, true)) {
      String endpoint = "/v1/webhooks/endpoints/" + server.create().get("id").asText();
      for (String url : hostile()) {
        String body = Json.MAPPER.createObjectNode().put("url", url).toString();
        for (var answer :
            List.of(
                server.send("POST", "/v1/webhooks/endpoints", body),
                server.send("PATCH", endpoint, body))) {
          assertThat(answer.statusCode()).as(url).isEqualTo(400);
          assertThat(WebhookServer.json(answer).at("/errors/0/field").asText()).isEqualTo("url");
        }
      }
      assertThat(server.view.of("p")).hasSize(1);
      assertThat(server.view.of("p").get(0).getUrl()).isEqualTo("https://a.example/hook");
    }
  }

  /** For every place that takes URLs: a job's webhook, an endpoint when it is made or changed. */
  static void assertRefused(UrlRules rules) throws IOException {
    for (String url : hostile()) {
      assertThat(rules.check(url)).as(url).isNotEmpty();
    }
  }

  private static List<String> hostile() throws IOException {
    List<String> hostile =
        Files.readAllLines(TABLE).stream()
            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
            .map(line -> line.replace("{port}", "8443"))
            .toList();
    assertThat(hostile).hasSizeGreaterThanOrEqualTo(60);
    return hostile;
  }
}
