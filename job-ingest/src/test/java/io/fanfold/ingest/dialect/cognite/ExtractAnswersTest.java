package io.fanfold.ingest.dialect.cognite;

import static io.fanfold.ingest.dialect.cognite.CogniteSamples.failed;
import static io.fanfold.ingest.dialect.cognite.CogniteSamples.items;
import static io.fanfold.ingest.dialect.cognite.CogniteSamples.json;
import static io.fanfold.ingest.dialect.cognite.CogniteSamples.pending;
import static io.fanfold.ingest.dialect.cognite.CogniteSamples.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExtractAnswersTest {

  private static final JsonNode REQUEST = request(CogniteSamples.REQUEST, 1);

  @Test
  void the_first_answer_is_the_documented_one() {
    ObjectNode answer = CogniteDialect.started(CogniteSamples.job(REQUEST));

    assertSame(
        answer,
        """
        {"status": "Queued", "createdTime": 1730204346000, "startTime": 1730204346000,
         "statusTime": 1730204346000, "errorMessage": null, "jobId": 123,
         "items": [{"fileId": 1234, "fileExternalId": "1234",
                    "fileInstanceId": {"space": "space", "externalId": "externalId"}}],
         "features": ["TextDetection", "AssetTagDetection", "PeopleDetection"],
         "parameters": %s}"""
            .formatted(CogniteSamples.PARAMETERS));
  }

  @Test
  void results_have_every_documented_field_in_its_unit() {
    JsonNode items =
        items(
            succeeded(
                0,
                0,
                """
                {"feature": "TextDetection", "confidence": 0.97, "text": "21-PT-1019",
                 "box": {"xMin": 0.042, "yMin": 0.805, "xMax": 0.366, "yMax": 0.867}},
                {"feature": "AssetTagDetection", "confidence": 0.97, "text": "21-PT-1019",
                 "box": {"xMin": 0.042, "yMin": 0.805, "xMax": 0.366, "yMax": 0.867},
                 "reference": "9007199254740991", "attributes": {"partial": false}},
                {"feature": "PeopleDetection", "label": "Person", "confidence": 0.63,
                 "box": {"xMin": 0.1, "yMin": 0.2, "xMax": 0.9, "yMax": 0.99}}"""));

    ObjectNode answer = CogniteDialect.results(CogniteSamples.job(REQUEST, "COMPLETED"), items);

    assertSame(
        answer,
        """
        {"status": "Completed", "createdTime": 1730204346000, "startTime": 1730204347500,
         "statusTime": 1730204348250, "errorMessage": null, "jobId": 123,
         "items": [{"fileId": 1234, "fileExternalId": "1234", "predictions": {
           "textPredictions": [{"text": "21-PT-1019", "confidence": 0.97,
             "textRegion": {"xMin": 0.042, "xMax": 0.366, "yMin": 0.805, "yMax": 0.867}}],
           "assetTagPredictions": [{"text": "21-PT-1019", "confidence": 0.97,
             "textRegion": {"xMin": 0.042, "xMax": 0.366, "yMin": 0.805, "yMax": 0.867},
             "assetRef": {"id": 9007199254740991}}],
           "peoplePredictions": [{"label": "person", "confidence": 0.63,
             "boundingBox": {"xMin": 0.1, "xMax": 0.9, "yMin": 0.2, "yMax": 0.99}}]}}],
         "parameters": %s}"""
            .formatted(CogniteSamples.PARAMETERS));
  }

  @Test
  void nothing_found_is_an_empty_list_of_each_feature_that_was_asked_for() {
    JsonNode request =
        request("{\"items\":[{\"fileId\":1}],\"features\":[\"PeopleDetection\"]}", 1);

    ObjectNode answer =
        CogniteDialect.results(
            CogniteSamples.job(request, "COMPLETED"), items(succeeded(0, 0, "")));

    assertThat(answer.at("/items/0/predictions")).isEqualTo(json("{\"peoplePredictions\":[]}"));
    assertThat(answer.has("failedItems")).isFalse();
    assertThat(answer.has("parameters")).isFalse();
  }

  @Test
  void items_of_completed_batches_are_there_while_others_run() {
    ObjectNode answer =
        CogniteDialect.results(
            CogniteSamples.job(request(CogniteSamples.REQUEST, 6), "RUNNING"),
            items(
                pending(0, 0),
                succeeded(1, 0, ""),
                succeeded(2, 1, ""),
                succeeded(3, 1, ""),
                pending(4, 2),
                failed(5, 2, "CORRUPT_INPUT", "cut short")));

    assertThat(answer.get("status").textValue()).isEqualTo("Running");
    assertThat(answer.get("items").findValues("fileId"))
        .extracting(JsonNode::longValue)
        .containsExactly(1236L, 1237L);
    assertThat(answer.has("failedItems")).as("a batch that has not ended").isFalse();
  }

  @Test
  void one_bad_file_fails_its_batch_and_no_other() {
    ObjectNode answer =
        CogniteDialect.results(
            CogniteSamples.job(request(CogniteSamples.REQUEST, 5), "COMPLETED"),
            items(
                succeeded(0, 0, ""),
                failed(1, 0, "CORRUPT_INPUT", "cut short"),
                failed(2, 0, "NOT_FOUND", "gone"),
                succeeded(3, 0, ""),
                succeeded(4, 1, "")));

    assertThat(answer.get("status").textValue()).isEqualTo("Completed");
    assertThat(answer.get("errorMessage").isNull()).isTrue();
    assertThat(answer.get("items").findValues("fileId"))
        .extracting(JsonNode::longValue)
        .containsExactly(1238L);
    assertSame(
        answer.get("failedItems"),
        """
        [{"errorMessage": "Another file of the batch failed", "items": [%s, %s]},
         {"errorMessage": "CORRUPT_INPUT: cut short", "items": [%s]},
         {"errorMessage": "NOT_FOUND: gone", "items": [%s]}]"""
            .formatted(file(1234), file(1237), file(1235), file(1236)));
  }

  @Test
  void batches_that_fail_alike_stay_apart() {
    ObjectNode answer =
        CogniteDialect.results(
            CogniteSamples.job(request(CogniteSamples.REQUEST, 2), "FAILED"),
            items(failed(0, 0, "NOT_FOUND", "gone"), failed(1, 1, "NOT_FOUND", "gone")));

    assertThat(answer.get("status").textValue()).isEqualTo("Failed");
    assertThat(answer.get("errorMessage").textValue()).contains("failedItems");
    assertThat(answer.get("items")).isEmpty();
    assertThat(answer.get("failedItems")).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "QUEUED, 0, Queued",
    "RUNNING, 1, Running",
    "COMPLETED, 1, Completed",
    "FAILED, 0, Failed",
    "CANCELED, 0, Failed",
    "CANCELED, 1, Completed",
    "EXPIRED, 0, Failed",
    "EXPIRED, 1, Completed",
  })
  void a_status_is_one_of_the_four(String status, int completedBatches, String shown) {
    ObjectNode job = CogniteSamples.job(REQUEST, status);
    job.withObject("batches").put("completed", completedBatches);

    ObjectNode answer = ExtractStatus.of(job);

    assertThat(answer.get("status").textValue()).isEqualTo(shown);
    assertThat(answer.get("errorMessage").isTextual()).isEqualTo(shown.equals("Failed"));
  }

  @Test
  void a_job_that_failed_as_a_whole_says_why() {
    ObjectNode job = CogniteSamples.job(REQUEST, "FAILED");
    job.putObject("failure").put("code", "INVALID_SUBMISSION").put("message", "items are missing");

    assertThat(CogniteDialect.results(job, items()).get("errorMessage").textValue())
        .isEqualTo("items are missing");
  }

  private static String file(long id) {
    return """
        {"fileId": %d, "fileExternalId": "%d",
         "fileInstanceId": {"space": "space", "externalId": "externalId"}}"""
        .formatted(id, id);
  }

  /** What a job keeps of a request for so many files. */
  private static JsonNode request(String request, int files) {
    return json(
        ExtractJob.of(
                "plant",
                ExtractRequest.read(json(request)),
                CogniteSamples.files(files),
                10,
                Map.of())
            .getDialect()
            .getRequest());
  }

  // Through text: numbers of other Java types are the same to clients.
  private static void assertSame(JsonNode answer, String expected) {
    assertThat(json(answer.toString())).isEqualTo(json(expected));
  }
}
