package io.fanfold.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fanfold.kit.Json;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.kit.ProblemException;
import io.fanfold.schemas.FailureIsolation;
import io.fanfold.schemas.JobSubmission;
import io.fanfold.schemas.Manifest;
import io.fanfold.schemas.ManifestFormat;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JobRequestTest {

  @Test
  void every_field_is_read() {
    JobSubmission submission =
        read(
            """
            {"items": [{"uri": "http://a/", "customId": "i", "mediaType": "image/png"},
                       {"uri": "data:,b"}],
             "features": [{"name": "F", "parameters":
               {"b": true, "l": 5, "d": 0.5, "s": "x", "ls": ["y", "z"], "none": []}}, {"name": "G"}],
             "batchSize": 10, "name": "n", "customId": "c", "feedId": "f", "tag": "t",
             "metadata": {"k": "v"}, "failureIsolation": "BATCH", "priority": -3,
             "webhook": {"url": "https://a/", "secret": "s", "secretRef": "r",
                         "events": ["job.failed"]},
             "ttlSeconds": 3600, "deadline": "2026-01-31T13:00:00+01:00"}
            """);

    assertThat(submission.getProject()).isEqualTo("team");
    assertThat(submission.getItems().get(0).getUri()).isEqualTo("http://a/");
    assertThat(submission.getItems().get(0).getCustomId()).isEqualTo("i");
    assertThat(submission.getItems().get(0).getMediaType()).isEqualTo("image/png");
    assertThat(submission.getItems().get(1).getCustomId()).isNull();
    assertThat(submission.getFeatures().get(0).getParameters())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "b",
                true,
                "l",
                5L,
                "d",
                0.5,
                "s",
                "x",
                "ls",
                List.of("y", "z"),
                "none",
                List.of()));
    assertThat(submission.getFeatures().get(1).getParameters()).isEmpty();
    assertThat(submission.getBatchSize()).isEqualTo(10);
    assertThat(submission.getName()).isEqualTo("n");
    assertThat(submission.getCustomId()).isEqualTo("c");
    assertThat(submission.getFeedId()).isEqualTo("f");
    assertThat(submission.getTag()).isEqualTo("t");
    assertThat(submission.getMetadata()).isEqualTo(Map.of("k", "v"));
    assertThat(submission.getFailureIsolation()).isEqualTo(FailureIsolation.BATCH);
    assertThat(submission.getPriority()).isEqualTo(-3);
    assertThat(submission.getWebhook().getUrl()).isEqualTo("https://a/");
    assertThat(submission.getWebhook().getSecret()).isEqualTo("s");
    assertThat(submission.getWebhook().getSecretRef()).isEqualTo("r");
    assertThat(submission.getWebhook().getEvents()).containsExactly("job.failed");
    assertThat(submission.getTtlSeconds()).isEqualTo(3_600);
    assertThat(submission.getDeadline()).isEqualTo(Instant.parse("2026-01-31T12:00:00Z"));
  }

  @Test
  void a_manifest_and_an_output_are_read() {
    JobSubmission submission =
        read(
            """
            {"manifest": {"uri": "s3://b/m.jsonl", "format": "LIST"}, "outputUri": "s3://b/out/",
             "features": [{"name": "F"}]}
            """);

    assertThat(submission.getItems()).isEmpty();
    assertThat(submission.getManifest())
        .isEqualTo(new Manifest("s3://b/m.jsonl", ManifestFormat.LIST));
    assertThat(submission.getOutputUri()).isEqualTo("s3://b/out/");
    assertThat(read("{\"manifest\": {\"uri\": \"s3://b/m\"}}").getManifest().getFormat())
        .isEqualTo(ManifestFormat.AUTO);
  }

  @Test
  void an_empty_object_is_read_and_left_to_the_rules() {
    JobSubmission submission = read("{}");

    assertThat(submission.getItems()).isEmpty();
    assertThat(submission.getFeatures()).isEmpty();
    assertThat(submission.getBatchSize()).isNull();
    assertThat(submission.getFailureIsolation()).isEqualTo(FailureIsolation.ITEM);
    assertThat(submission.getPriority()).isZero();
    assertThat(submission.getWebhook()).isNull();
    assertThat(submission.getDeadline()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "items",
        "features",
        "batchSize",
        "name",
        "customId",
        "feedId",
        "tag",
        "metadata",
        "failureIsolation",
        "priority",
        "webhook",
        "ttlSeconds",
        "deadline"
      })
  void null_is_the_same_as_absent(String field) {
    assertThat(read("{\"" + field + "\":null}")).isEqualTo(read("{}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "1", "\"{}\"", "true", "[]", "[{}]"})
  void the_whole_must_be_an_object(String body) {
    assertThat(errors(body)).containsExactly(new FieldError("", "must be an object"));
  }

  @ParameterizedTest(name = "{0} at {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"itmes\":[]}|itmes",
        "{\"Items\":[]}|Items",
        "{\"batch_size\":1}|batch_size",
        "{\"project\":\"other\"}|project",
        "{\"id\":7}|id",
        "{\"\":7}|``",
        "{\"items\":{}}|items",
        "{\"items\":\"http://a/\"}|items",
        "{\"items\":[null]}|items[0]",
        "{\"items\":[{},[]]}|items[1]",
        "{\"items\":[\"http://a/\"]}|items[0]",
        "{\"items\":[{},{},{},{\"uri\":5}]}|items[3].uri",
        "{\"items\":[{\"uri\":[\"a\"]}]}|items[0].uri",
        "{\"items\":[{\"customId\":7}]}|items[0].customId",
        "{\"items\":[{\"mediaType\":true}]}|items[0].mediaType",
        "{\"items\":[{\"url\":\"a\"}]}|items[0].url",
        "{\"items\":[{\"index\":1}]}|items[0].index",
        "{\"features\":{}}|features",
        "{\"features\":[\"F\"]}|features[0]",
        "{\"features\":[{\"name\":1}]}|features[0].name",
        "{\"features\":[{\"model\":\"m\"}]}|features[0].model",
        "{\"features\":[{\"parameters\":[]}]}|features[0].parameters",
        "{\"features\":[{\"parameters\":{\"p\":null}}]}|features[0].parameters.p",
        "{\"features\":[{\"parameters\":{\"p\":{}}}]}|features[0].parameters.p",
        "{\"features\":[{\"parameters\":{\"p\":[1]}}]}|features[0].parameters.p",
        "{\"features\":[{\"parameters\":{\"p\":[\"a\",null]}}]}|features[0].parameters.p",
        "{\"features\":[{\"parameters\":{\"p\":[[\"a\"]]}}]}|features[0].parameters.p",
        "{\"features\":[{\"parameters\":{\"p\":1e999}}]}|features[0].parameters.p",
        "{\"features\":[{\"parameters\":{\"p\":1e999999999}}]}|features[0].parameters.p",
        "{\"batchSize\":\"5\"}|batchSize",
        "{\"batchSize\":1.9}|batchSize",
        "{\"batchSize\":1.0}|batchSize",
        "{\"batchSize\":1e2}|batchSize",
        "{\"batchSize\":true}|batchSize",
        "{\"batchSize\":[]}|batchSize",
        "{\"batchSize\":2147483648}|batchSize",
        "{\"batchSize\":-2147483649}|batchSize",
        "{\"batchSize\":4294967297}|batchSize",
        "{\"batchSize\":9223372036854775808}|batchSize",
        "{\"batchSize\":18446744073709551617}|batchSize",
        "{\"name\":1}|name",
        "{\"name\":{}}|name",
        "{\"customId\":1}|customId",
        "{\"feedId\":false}|feedId",
        "{\"tag\":[\"a\"]}|tag",
        "{\"metadata\":[]}|metadata",
        "{\"metadata\":\"k=v\"}|metadata",
        "{\"metadata\":{\"k\":1}}|metadata.k",
        "{\"metadata\":{\"k\":null}}|metadata.k",
        "{\"metadata\":{\"k\":{\"l\":\"m\"}}}|metadata.k",
        "{\"failureIsolation\":\"item\"}|failureIsolation",
        "{\"failureIsolation\":\"JOB\"}|failureIsolation",
        "{\"failureIsolation\":0}|failureIsolation",
        "{\"priority\":\"1\"}|priority",
        "{\"priority\":0.5}|priority",
        "{\"priority\":99999999999}|priority",
        "{\"webhook\":\"https://a/\"}|webhook",
        "{\"webhook\":[]}|webhook",
        "{\"webhook\":{\"url\":1}}|webhook.url",
        "{\"webhook\":{\"secret\":1}}|webhook.secret",
        "{\"webhook\":{\"secretRef\":1}}|webhook.secretRef",
        "{\"webhook\":{\"events\":\"job.failed\"}}|webhook.events",
        "{\"webhook\":{\"events\":[1]}}|webhook.events[0]",
        "{\"webhook\":{\"events\":[\"a\",null]}}|webhook.events[1]",
        "{\"webhook\":{\"format\":\"standard\"}}|webhook.format",
        "{\"webhook\":{\"bodyPath\":\"/v1\"}}|webhook.bodyPath",
        "{\"webhook\":{\"headers\":{\"A\":1}}}|webhook.headers.A",
        "{\"webhook\":{\"ordered\":\"yes\"}}|webhook.ordered",
        "{\"webhook\":{\"payload\":\"thin\"}}|webhook.payload",
        "{\"webhook\":{\"progressSteps\":1.5}}|webhook.progressSteps",
        "{\"ttlSeconds\":\"60\"}|ttlSeconds",
        "{\"ttlSeconds\":60.5}|ttlSeconds",
        "{\"ttlSeconds\":9223372036854775808}|ttlSeconds",
        "{\"deadline\":1769860800}|deadline",
        "{\"deadline\":\"\"}|deadline",
        "{\"deadline\":\"tomorrow\"}|deadline",
        "{\"deadline\":\"2026-01-31\"}|deadline",
        "{\"deadline\":\"2026-01-31T12:00:00\"}|deadline",
        "{\"deadline\":\"2026-02-30T12:00:00Z\"}|deadline",
        "{\"deadline\":\"2026-01-31T25:00:00Z\"}|deadline",
      })
  void a_wrong_name_or_type_is_named_by_its_path(String body, String path) {
    assertThat(errors(body)).extracting(FieldError::field).containsExactly(path);
  }

  @Test
  void all_that_is_wrong_is_named_at_once() {
    assertThat(errors("{\"x\":1,\"name\":2,\"items\":[{\"uri\":3,\"y\":4}],\"webhook\":{\"z\":5}}"))
        .extracting(FieldError::field)
        .containsExactlyInAnyOrder("items[0].uri", "items[0].y", "name", "webhook.z", "x");
  }

  @Test
  void a_flood_of_errors_is_answered_with_twenty() {
    assertThat(errors("{\"items\":[" + "1,".repeat(50_000) + "1]}")).hasSize(20);
  }

  @Test
  void a_name_of_any_length_does_not_make_the_answer_long() {
    String name = "x".repeat(40_000);

    for (String body :
        List.of(
            "{\"" + name + "\":1}",
            "{\"metadata\":{\"" + name + "\":1}}",
            "{\"features\":[{\"parameters\":{\"" + name + "\":null}}]}")) {
      assertThat(errors(body).get(0).field()).hasSizeLessThan(200);
    }
  }

  private static List<FieldError> errors(String body) {
    var refused = catchThrowableOfType(ProblemException.class, () -> read(body));
    assertThat(refused).as("%.100s is refused", body).isNotNull();
    assertThat(refused.problem().status()).isEqualTo(400);
    assertThat(refused.problem().code()).isEqualTo("INVALID_REQUEST");
    return refused.problem().errors();
  }

  private static JobSubmission read(String body) {
    return JobRequest.read(Json.parse(body.getBytes(StandardCharsets.UTF_8)), "team");
  }
}
