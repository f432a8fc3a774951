package io.fanfold.ingest.dialect.cognite;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import io.fanfold.schemas.RegisteredFile;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/** Requests as the original's documentation shows them, and jobs as lookups do. */
final class CogniteSamples {

  static final String PARAMETERS =
      """
      {
        "textDetectionParameters": { "threshold": 0.8 },
        "assetTagDetectionParameters": {
          "threshold": 0.8,
          "partialMatch": true,
          "assetSubtreeIds": [1, 2]
        },
        "peopleDetectionParameters": { "threshold": 0.8 }
      }""";

  static final String REQUEST =
      """
      {
        "items": [{"fileId": 1234}],
        "features": ["TextDetection", "AssetTagDetection", "PeopleDetection"],
        "parameters": %s
      }"""
          .formatted(PARAMETERS);

  private CogniteSamples() {}

  static JsonNode json(String text) {
    return Json.parse(text.getBytes(UTF_8));
  }

  static RegisteredFile file(long id) {
    return RegisteredFile.newBuilder()
        .setProject("plant")
        .setId(id)
        .setExternalId(Long.toString(id))
        .setInstanceSpace("space")
        .setInstanceExternalId("externalId")
        .setUri("s3://pictures/" + id + ".jpg")
        .setMediaType("image/jpeg")
        .setRegisteredAt(Instant.parse("2026-01-31T12:00:00Z"))
        .build();
  }

  static List<RegisteredFile> files(int count) {
    return IntStream.range(0, count).mapToObj(i -> file(1234 + i)).toList();
  }

  /** A job of this request, queued at 1730204346000. */
  static ObjectNode job(JsonNode request) {
    ObjectNode job =
        (ObjectNode)
            json(
                """
                {"id": 123, "project": "plant", "status": "QUEUED",
                 "batches": {"total": 1, "running": 0, "completed": 0, "failed": 0, "canceled": 0},
                 "failure": null, "createdAt": "2024-10-29T12:19:06Z", "startedAt": null,
                 "statusAt": "2024-10-29T12:19:06Z"}""");
    job.putObject("dialect").put("name", "cognite").set("request", request);
    return job;
  }

  /** The same, started and changed later. */
  static ObjectNode job(JsonNode request, String status) {
    ObjectNode job = job(request);
    job.put("status", status);
    job.put("startedAt", "2024-10-29T12:19:07.5Z");
    job.put("statusAt", "2024-10-29T12:19:08.250Z");
    return job;
  }

  static String pending(int index, int batch) {
    return "{\"index\": %d, \"batch\": %d, \"outcome\": \"PENDING\"}".formatted(index, batch);
  }

  static String succeeded(int index, int batch, String predictions) {
    return """
        {"index": %d, "batch": %d, "outcome": "SUCCEEDED", "failure": null, "predictions": [%s]}"""
        .formatted(index, batch, predictions);
  }

  static String failed(int index, int batch, String code, String message) {
    return """
        {"index": %d, "batch": %d, "outcome": "FAILED", "predictions": [],
         "failure": {"code": "%s", "message": "%s", "feature": null}}"""
        .formatted(index, batch, code, message);
  }

  static JsonNode items(String... items) {
    return json("[" + String.join(",", items) + "]");
  }
}
