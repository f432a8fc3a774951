package io.fanfold.aggregator.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import io.fanfold.schemas.Failure;
import io.fanfold.schemas.FailureCode;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.JobState;

/**
 * What a manifest held, and its errors line by line, as Rekognition has it: a head, the errors and
 * an end, so that it can be written piece by piece.
 */
final class ManifestSummary {

  static final String VERSION = "1.0";

  private ManifestSummary() {}

  /** With the manifest's place. A valid line is one that is an item. */
  static byte[] head(JobState job) {
    long invalid = job.getSplitting() == null ? 0 : job.getSplitting().getInvalidLines();
    String source = text(Json.MAPPER.getNodeFactory().textNode(job.getManifest().getUri()));
    return head("\"source\":" + source + ",", job.getTotal(), invalid);
  }

  /** With nothing that Rekognition has not. A valid line is one that names a valid picture. */
  static byte[] rekognitionHead(JobState job) {
    return head("", job.getTotal(), job.getFailed());
  }

  private static byte[] head(String source, long total, long invalid) {
    ObjectNode statistics = Json.MAPPER.createObjectNode();
    statistics.put("total-json-lines", total);
    statistics.put("valid-json-lines", total - invalid);
    statistics.put("invalid-json-lines", invalid);
    return "{\"version\":\"%s\",%s\"statistics\":%s,\"errors\":["
        .formatted(VERSION, source, text(statistics))
        .getBytes(UTF_8);
  }

  /** Whether something is wrong with the line: not with one that was not run. */
  static boolean isError(Failure failure) {
    return failure != null
        && failure.getCode() != FailureCode.CANCELED
        && failure.getCode() != FailureCode.EXPIRED;
  }

  static byte[] error(ItemResult result, boolean first) {
    ObjectNode error = Json.MAPPER.createObjectNode();
    error.put("line-number", result.getLine());
    // As the page spells it.
    error.put("line-numer", result.getLine());
    if (!result.getUri().isEmpty()) {
      error.put("source-ref", result.getUri());
    }
    error.put("code", result.getFailure().getCode().name());
    error.put("message", result.getFailure().getMessage());
    return ((first ? "\n" : ",\n") + text(error)).getBytes(UTF_8);
  }

  static byte[] end() {
    return "\n]}\n".getBytes(UTF_8);
  }

  private static String text(JsonNode json) {
    return new String(Json.bytes(json), UTF_8);
  }
}
