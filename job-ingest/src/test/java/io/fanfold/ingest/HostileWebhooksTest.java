package io.fanfold.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.net.AddressGuard;
import io.fanfold.kit.net.UrlRules;
import io.fanfold.schemas.Webhook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No job can be submitted with one of the URLs that service-kit's tests keep a table of. */
class HostileWebhooksTest {

  private static final Path TABLE =
      Path.of("..", "service-kit", "src", "test", "resources", "hostile-urls.txt");

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_hostile_webhook_url_is_refused_however_open_the_settings_are(boolean open)
      throws IOException {
    UrlRules urls =
        UrlRules.webhooks(open, List.of(open ? "*" : "443"), AddressGuard.allowing(List.of()));
    var rules = new SubmissionRules(Samples.MAX_ITEMS, urls);
    List<String> hostile =
        Files.readAllLines(TABLE).stream()
            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
            .map(line -> line.replace("{port}", "8443"))
            .toList();
    assertThat(hostile).hasSizeGreaterThanOrEqualTo(60);

    for (String url : hostile) {
      var webhook = Webhook.newBuilder().setUrl(url).setSecretRef("main").build();
      var submission = Samples.submission().setWebhook(webhook).build();
      assertThat(rules.check(submission))
          .as(url)
          .isNotEmpty()
          .allSatisfy(error -> assertThat(error.field()).isEqualTo("webhook.url"));
    }
  }
}
