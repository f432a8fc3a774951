package io.fanfold.ingest.dialect.edgeimpulse;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.ingest.dialect.Keys;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Telemetry;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AccessTest {

  private static Telemetry telemetry;
  private static HttpApi http;

  @BeforeAll
  static void start() {
    Keys keys = Keys.parse("k", new Password("42:ei_one,43:ei_two,42:token,red:ei_red"));
    var closed = new Access(keys, false);
    var open = new Access(keys, true);
    telemetry = new Telemetry();
    http =
        new HttpApi(
            "access",
            "127.0.0.1",
            0,
            1024,
            telemetry,
            List.of(),
            javalin -> {
              routes(javalin.routes, "closed", closed);
              routes(javalin.routes, "open", open);
            });
    http.start();
  }

  private static void routes(RoutesConfig routes, String name, Access access) {
    routes.get("/" + name + "/{projectId}", context -> answer(context, access.studio(context)));
    routes.get("/" + name, context -> answer(context, access.upload(context)));
  }

  private static void answer(Context context, String project) {
    context.result(project);
  }

  @AfterAll
  static void stop() {
    http.close();
    telemetry.close();
  }

  @ParameterizedTest
  @CsvSource({
    "closed/42,x-api-key,ei_one,200",
    "closed/42,x-jwt-token,token,200",
    "closed/42,Cookie,jwt=token,200",
    "closed/42,Authorization,Bearer token,200",
    "closed/42,Authorization,bearer ei_one,200",
    "closed/42,x-api-key,ei_two,403",
    "closed/42,x-api-key,ei_three,401",
    "closed/42,x-api-key,token,401",
    "closed/42,x-jwt-token,other,401",
    "closed/42,Authorization,Basic token,401",
    "closed/42,x-other,ei_one,401",
    "closed/x,x-api-key,ei_one,404",
    "closed/red,x-api-key,ei_red,404",
    "closed,x-api-key,ei_red,403",
    "open/44,x-api-key,ei_any,200",
    "open/44,x-jwt-token,any,200",
    "open/44,x-api-key,any,401",
    "open/44,x-other,any,401"
  })
  void the_credential_decides(String path, String header, String value, int status)
      throws Exception {
    assertThat(get(path, header, value).statusCode()).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "closed,ei_one,42",
    "closed,ei_two,43",
    "open,ei_two,43",
    "open,ei_44,44",
    "open,ei_44_secret,44",
    "open,ei_secret,1"
  })
  void an_upload_goes_to_the_project_of_its_key(String path, String key, String project)
      throws Exception {
    assertThat(get(path, "x-api-key", key).body()).isEqualTo(project);
  }

  @Test
  void a_refusal_does_not_repeat_the_credential() throws Exception {
    assertThat(get("closed/42", "x-api-key", "ei_hidden").body()).doesNotContain("hidden");
    assertThat(get("closed", "x-api-key", "ei_hidden").body()).doesNotContain("hidden");
  }

  private static HttpResponse<String> get(String path, String header, String value)
      throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + "/" + path))
                .header(header, value)
                .build(),
            BodyHandlers.ofString());
  }
}
