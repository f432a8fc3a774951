package io.fanfold.ingest.dialect.rekognition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import java.util.Map;

/** Why a job has failed, in the codes that Rekognition has. */
final class FailureDetails {

  private static final String ACCESS_DENIED = "ACCESS_DENIED";
  private static final String INTERNAL_ERROR = "INTERNAL_ERROR";
  private static final String INVALID_MANIFEST = "INVALID_MANIFEST";
  private static final String INVALID_S3_OBJECT = "INVALID_S3_OBJECT";

  private FailureDetails() {}

  static ObjectNode of(JsonNode job, WrittenFiles.Files files) {
    return switch (job.path("status").asText()) {
      case "COMPLETED" -> details("INVALID_OUTPUT_CONFIG", files.error());
      case "CANCELED" -> details(INTERNAL_ERROR, "The job was canceled.");
      case "EXPIRED" -> details(INTERNAL_ERROR, "The job was not done by its deadline.");
      default -> {
        String code = job.path("failure").path("code").asText();
        yield details(code(job, code), job.path("failure").path("message").asText());
      }
    };
  }

  private static String code(JsonNode job, String code) {
    return switch (code) {
      case "MANIFEST_NOT_FOUND", "MANIFEST_UNREADABLE" -> INVALID_S3_OBJECT;
      case "MANIFEST_ACCESS_DENIED" -> ACCESS_DENIED;
      case "MANIFEST_EMPTY", "MANIFEST_TOO_LARGE", "MANIFEST_CHANGED", "NO_ITEMS" ->
          INVALID_MANIFEST;
      case "ALL_ITEMS_FAILED" -> ofItems(job.path("counts").path("failedByCode"));
      default -> INTERNAL_ERROR;
    };
  }

  /** Where no item succeeded, what most of them failed with. */
  private static String ofItems(JsonNode failedByCode) {
    String most =
        failedByCode.properties().stream()
            .max(Map.Entry.comparingByValue((a, b) -> Long.compare(a.asLong(), b.asLong())))
            .map(Map.Entry::getKey)
            .orElse("");
    return switch (most) {
      case "INVALID_ITEM" -> INVALID_MANIFEST;
      case "ACCESS_DENIED" -> ACCESS_DENIED;
      case "NOT_FOUND", "DOWNLOAD_FAILED", "TOO_LARGE", "UNSUPPORTED_FORMAT", "CORRUPT_INPUT" ->
          INVALID_S3_OBJECT;
      case "MODEL_UNAVAILABLE" -> "RESOURCE_NOT_READY";
      default -> INTERNAL_ERROR;
    };
  }

  private static ObjectNode details(String code, String message) {
    return Json.MAPPER.createObjectNode().put("Code", code).put("Message", message);
  }
}
