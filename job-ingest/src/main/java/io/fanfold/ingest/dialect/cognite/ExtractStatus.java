package io.fanfold.ingest.dialect.cognite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import java.time.Instant;

/** How a job is, in the original's words: status, times and the reason of a failure. */
final class ExtractStatus {

  private ExtractStatus() {}

  /**
   * The fields that both answers have.
   *
   * @param job as lookups show it
   */
  static ObjectNode of(JsonNode job) {
    String status = status(job);
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("status", status);
    json.put("createdTime", millis(job.get("createdAt")));
    // Clients' types want one from the beginning; the original's example has this one, too.
    json.put("startTime", millis(job.get(job.hasNonNull("startedAt") ? "startedAt" : "createdAt")));
    json.put("statusTime", millis(job.get("statusAt")));
    json.put("jobId", job.get("id").longValue());
    json.put("errorMessage", status.equals("Failed") ? failure(job) : null);
    return json;
  }

  private static String status(JsonNode job) {
    return switch (job.get("status").textValue()) {
      case "QUEUED" -> "Queued";
      case "RUNNING" -> "Running";
      case "COMPLETED" -> "Completed";
      case "FAILED" -> "Failed";
      // Stopped by the native API or its deadline: by the same rule as the others.
      default -> job.get("batches").get("completed").longValue() > 0 ? "Completed" : "Failed";
    };
  }

  private static String failure(JsonNode job) {
    JsonNode message = job.path("failure").path("message");
    if (message.isTextual()) {
      return message.textValue();
    }
    return switch (job.get("status").textValue()) {
      case "CANCELED" -> "The job was canceled";
      case "EXPIRED" -> "The job was not done by its deadline";
      default -> "No batch was completed; failedItems has the reasons";
    };
  }

  private static long millis(JsonNode instant) {
    return Instant.parse(instant.textValue()).toEpochMilli();
  }
}
