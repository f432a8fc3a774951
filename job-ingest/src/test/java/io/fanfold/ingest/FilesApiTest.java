package io.fanfold.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.kit.Json;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.RegisteredFile;
import io.fanfold.schemas.Topics;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
final class FilesApiTest {

  private AvroCodec codec;
  private ApiServer api;

  /** How many of the producer's records have come back. */
  private int returned;

  @BeforeEach
  void start() {
    codec = Samples.codec("files-api-test");
    api = new ApiServer(codec, "http://127.0.0.1:9", Samples.TEXT);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void a_file_is_registered_and_found_by_its_names() {
    HttpResponse<String> answer =
        register(
            """
            {"files": [{"id": 1234, "externalId": "pump", "instanceSpace": "space",
                        "instanceExternalId": "p1", "uri": "s3://b/pump.jpg", "name": "Pump",
                        "mediaType": "image/jpeg"},
                       {"uri": "file:///data/valve.png"}]}""");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    JsonNode files = ApiServer.json(answer).get("files");
    assertThat(files.get(0))
        .isEqualTo(
            json(
                """
                {"id": 1234, "project": "team", "externalId": "pump", "instanceSpace": "space",
                 "instanceExternalId": "p1", "uri": "s3://b/pump.jpg", "name": "Pump",
                 "mediaType": "image/jpeg", "registeredAt": "2026-01-31T12:00:00.123Z"}"""));
    assertThat(files.get(1).get("id").longValue()).isPositive();
    assertThat(api.producer.history().get(0).key()).isEqualTo("team/1234");
    assertThat(ApiServer.json(get("/v1/files/1234"))).isEqualTo(files.get(0));
    assertThat(ApiServer.json(get("/v1/files?externalId=pump")).get("files").get(0))
        .isEqualTo(files.get(0));
    assertThat(ApiServer.json(get("/v1/files?externalId=none")).get("files")).isEmpty();
    assertThat(api.get("/v1/files/1234").statusCode()).as("of another project").isEqualTo(404);
  }

  @Test
  void registering_an_external_id_again_replaces_its_file() {
    register("{\"files\":[{\"externalId\":\"a\",\"uri\":\"s3://b/1\"}]}");
    long id = ApiServer.json(get("/v1/files?externalId=a")).at("/files/0/id").longValue();

    register("{\"files\":[{\"externalId\":\"a\",\"uri\":\"s3://b/2\"}]}");

    JsonNode found = ApiServer.json(get("/v1/files?externalId=a")).at("/files/0");
    assertThat(found.get("id").longValue()).isEqualTo(id);
    assertThat(found.get("uri").textValue()).isEqualTo("s3://b/2");
    HttpResponse<String> other =
        send("{\"files\":[{\"id\":5,\"externalId\":\"a\",\"uri\":\"s3://b/3\"}]}");
    assertThat(other.statusCode()).isEqualTo(400);
    assertThat(other.body()).contains("files[0].externalId").contains(Long.toString(id));
  }

  @Test
  void a_renamed_file_is_not_found_by_its_old_name() {
    register("{\"files\":[{\"id\":7,\"externalId\":\"old\",\"uri\":\"s3://b/1\"}]}");

    register("{\"files\":[{\"id\":7,\"externalId\":\"new\",\"uri\":\"s3://b/1\"}]}");

    assertThat(ApiServer.json(get("/v1/files?externalId=old")).get("files")).isEmpty();
    assertThat(ApiServer.json(get("/v1/files?externalId=new")).get("files")).hasSize(1);
  }

  @Test
  void of_several_with_one_external_id_the_greatest_id_counts_whatever_came_last() {
    arrives(file("team", 9));
    arrives(file("team", 8));
    ApiServer.await(() -> get("/v1/files/8").statusCode() == 200);
    assertThat(ApiServer.json(get("/v1/files?externalId=same")).at("/files/0/id").intValue())
        .isEqualTo(9);

    api.files.arrives("team/9", null, 0);

    ApiServer.await(() -> get("/v1/files/9").statusCode() == 404);
    assertThat(ApiServer.json(get("/v1/files?externalId=same")).at("/files/0/id").intValue())
        .isEqualTo(8);
  }

  @Test
  void a_record_under_anothers_key_is_not_found() {
    api.files.arrives("victim/3", codec.encode(Topics.FILES, file("team", 3)), 0);
    arrives(file("team", 4));

    ApiServer.await(() -> get("/v1/files/4").statusCode() == 200);
    assertThat(get("/v1/files/3").statusCode()).isEqualTo(404);
  }

  @Test
  void files_are_listed_page_by_page() {
    register(
        IntStream.rangeClosed(1, 5)
            .mapToObj(id -> "{\"id\":%d,\"uri\":\"s3://b/%d\"}".formatted(id, id))
            .collect(Collectors.joining(",", "{\"files\":[", "]}")));

    JsonNode first = ApiServer.json(get("/v1/files?limit=3"));
    assertThat(first.get("files").findValuesAsText("id")).containsExactly("1", "2", "3");
    assertThat(first.get("hasMore").booleanValue()).isTrue();
    JsonNode second =
        ApiServer.json(get("/v1/files?limit=3&cursor=" + first.get("nextCursor").textValue()));
    assertThat(second.get("files").findValuesAsText("id")).containsExactly("4", "5");
    assertThat(second.get("nextCursor").isNull()).isTrue();
    assertThat(get("/v1/files?cursor=x").statusCode()).isEqualTo(400);
  }

  @Test
  void a_deleted_file_is_gone() {
    register("{\"files\":[{\"id\":7,\"externalId\":\"a\",\"uri\":\"s3://b/1\"}]}");

    var answer =
        api.sendLater(api.request("/v1/files/7").header("Fanfold-Project", "team").DELETE());
    readBack(1);

    assertThat(answer.join().statusCode()).isEqualTo(204);
    assertThat(get("/v1/files/7").statusCode()).isEqualTo(404);
    assertThat(ApiServer.json(get("/v1/files?externalId=a")).get("files")).isEmpty();
    assertThat(
            api.send(api.request("/v1/files/7").header("Fanfold-Project", "team").DELETE())
                .statusCode())
        .isEqualTo(404);
  }

  @Test
  void what_is_not_read_back_in_time_is_a_503() {
    assertThat(send("{\"files\":[{\"uri\":\"s3://b/1\"}]}").statusCode()).isEqualTo(503);
  }

  @Test
  void kafka_that_does_not_take_it_is_a_503() {
    api.producer.sendException = new TimeoutException("on purpose");

    assertThat(send("{\"files\":[{\"uri\":\"s3://b/1\"}]}").statusCode()).isEqualTo(503);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"files\":[]} | files",
        "{\"files\":[{}]} | files[0].uri",
        "{\"files\":[{\"uri\":\"gopher://a\"}]} | files[0].uri",
        "{\"files\":[{\"uri\":\"data:,a\"}]} | files[0].uri",
        "{\"files\":[{\"uri\":\"s3://b/1\",\"id\":0}]} | files[0].id",
        "{\"files\":[{\"uri\":\"s3://b/1\",\"id\":9007199254740992}]} | files[0].id",
        "{\"files\":[{\"uri\":\"s3://b/1\",\"externalId\":\"\"}]} | files[0].externalId",
        "{\"files\":[{\"uri\":\"s3://b/1\",\"instanceSpace\":\"s\"}]} | files[0].instanceSpace",
        "{\"files\":[{\"uri\":\"s3://b/1\",\"more\":1}]} | files[0].more",
        "{\"files\":[{\"uri\":\"s3://b/1\",\"id\":1},{\"uri\":\"s3://b/1\",\"id\":1}]} | files[1].id",
      })
  void what_is_wrong_is_named(String body, String field) {
    HttpResponse<String> answer = send(body);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(ApiServer.json(answer).get("errors").findValuesAsText("field")).contains(field);
    assertThat(api.producer.history()).isEmpty();
  }

  /** Registers, and lets what was sent come back. */
  private HttpResponse<String> register(String body) {
    int before = api.producer.history().size();
    var answer =
        api.sendLater(
            api.request("/v1/files")
                .header("Content-Type", "application/json")
                .header("Fanfold-Project", "team")
                .POST(BodyPublishers.ofString(body)));
    readBack(json(body).get("files").size() + before - returned);
    HttpResponse<String> answered = answer.join();
    assertThat(answered.statusCode()).as(answered.body()).isEqualTo(201);
    return answered;
  }

  private void readBack(int records) {
    int end = returned + records;
    ApiServer.await(() -> api.producer.history().size() == end);
    for (; returned < end; returned++) {
      ProducerRecord<String, byte[]> sent = api.producer.history().get(returned);
      api.files.arrives(sent.key(), sent.value(), sent.timestamp());
    }
  }

  private void arrives(RegisteredFile file) {
    api.files.arrives(file.getProject() + "/" + file.getId(), codec.encode(Topics.FILES, file), 0);
  }

  private static RegisteredFile file(String project, long id) {
    return RegisteredFile.newBuilder()
        .setProject(project)
        .setId(id)
        .setExternalId("same")
        .setUri("s3://b/" + id)
        .setRegisteredAt(Instant.EPOCH)
        .build();
  }

  private HttpResponse<String> send(String body) {
    return api.send(
        api.request("/v1/files")
            .header("Content-Type", "application/json")
            .header("Fanfold-Project", "team")
            .POST(BodyPublishers.ofString(body)));
  }

  private HttpResponse<String> get(String path) {
    return api.send(api.request(path).header("Fanfold-Project", "team"));
  }

  private static JsonNode json(String text) {
    return Json.parse(text.getBytes(UTF_8));
  }
}
