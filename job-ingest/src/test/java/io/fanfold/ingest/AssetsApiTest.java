package io.fanfold.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.kit.Json;
import io.fanfold.schemas.AvroCodec;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
final class AssetsApiTest {

  private AvroCodec codec;
  private ApiServer api;

  @BeforeEach
  void start() {
    codec = Samples.codec("assets-api-test");
    api = new ApiServer(codec, "http://127.0.0.1:9", Samples.TEXT);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void an_asset_is_registered_found_and_deleted() {
    var registered =
        api.sendLater(
            post(
                """
                {"assets": [{"id": 7, "externalId": "e", "name": "21-PT-1019",
                             "aliases": ["PT 1019"], "parentId": 3}]}"""));
    comesBack(0);

    HttpResponse<String> answer = registered.join();
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    JsonNode asset = ApiServer.json(answer).at("/assets/0");
    assertThat(asset)
        .isEqualTo(
            Json.parse(
                """
                {"id": 7, "project": "team", "externalId": "e", "name": "21-PT-1019",
                 "aliases": ["PT 1019"], "parentId": 3}"""
                    .getBytes(UTF_8)));
    assertThat(ApiServer.json(get())).isEqualTo(asset);
    assertThat(api.get("/v1/assets/7").statusCode()).as("of another project").isEqualTo(404);

    var deleted = api.sendLater(request("/v1/assets/7").DELETE());
    comesBack(1);

    assertThat(deleted.join().statusCode()).isEqualTo(204);
    assertThat(get().statusCode()).isEqualTo(404);
    assertThat(api.send(request("/v1/assets/7").DELETE()).statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"assets\":[]} | assets",
        "{\"assets\":[{}]} | assets[0].name",
        "{\"assets\":[{\"name\":\"a\",\"id\":0}]} | assets[0].id",
        "{\"assets\":[{\"name\":\"a\",\"parentId\":-1}]} | assets[0].parentId",
        "{\"assets\":[{\"name\":\"a\",\"aliases\":[\"\"]}]} | assets[0].aliases[0]",
        "{\"assets\":[{\"name\":\"a\",\"tag\":1}]} | assets[0].tag",
        "{\"assets\":[{\"name\":\"a\",\"id\":1},{\"name\":\"b\",\"id\":1}]} | assets[1].id",
      })
  void what_is_wrong_is_named(String body, String field) {
    HttpResponse<String> answer = api.send(post(body));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(ApiServer.json(answer).get("errors").findValuesAsText("field")).contains(field);
    assertThat(api.producer.history()).isEmpty();
  }

  private void comesBack(int index) {
    ApiServer.await(() -> api.producer.history().size() > index);
    ProducerRecord<String, byte[]> sent = api.producer.history().get(index);
    assertThat(sent.key()).isEqualTo("team/7");
    api.assets.arrives(sent.key(), sent.value(), sent.timestamp());
  }

  private HttpResponse<String> get() {
    return api.send(request("/v1/assets/7"));
  }

  private HttpRequest.Builder post(String body) {
    return request("/v1/assets")
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body));
  }

  private HttpRequest.Builder request(String path) {
    return api.request(path).header("Fanfold-Project", "team");
  }
}
