package io.fanfold.ingest.dialect.cognite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What came of a job's files. A batch counts as a whole: its files are under {@code items} once all
 * of them have succeeded, under {@code failedItems} once all have ended and one has not.
 */
final class ExtractResults {

  private static final String SPOILED = "Another file of the batch failed";

  private ExtractResults() {}

  /**
   * Adds items and failedItems; the latter only where a batch failed.
   *
   * @param request what the job keeps of it
   * @param items all of the job's, as lookups show them
   */
  static void add(ObjectNode answer, JsonNode request, JsonNode items) {
    var batches = new LinkedHashMap<Long, List<JsonNode>>();
    items.forEach(
        item ->
            batches
                .computeIfAbsent(item.get("batch").longValue(), batch -> new ArrayList<>())
                .add(item));
    ArrayNode done = answer.putArray("items");
    ArrayNode failed = Json.MAPPER.createArrayNode();
    for (List<JsonNode> batch : batches.values()) {
      if (batch.stream().allMatch(item -> outcome(item).equals("SUCCEEDED"))) {
        batch.forEach(item -> done.add(succeeded(request, item)));
      } else if (batch.stream().noneMatch(item -> outcome(item).equals("PENDING"))) {
        addFailed(failed, request, batch);
      }
    }
    if (!failed.isEmpty()) {
      answer.set("failedItems", failed);
    }
  }

  private static ObjectNode succeeded(JsonNode request, JsonNode item) {
    JsonNode file = file(request, item);
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.set("fileId", file.get("fileId"));
    if (file.has("fileExternalId")) {
      json.set("fileExternalId", file.get("fileExternalId"));
    }
    ObjectNode predictions = json.putObject("predictions");
    for (JsonNode name : request.get("features")) {
      VisionFeature feature = VisionFeature.of(name.textValue()).orElseThrow();
      ArrayNode list = predictions.putArray(feature.predictions());
      for (JsonNode found : item.path("predictions")) {
        if (feature.feature().equals(found.get("feature").textValue())) {
          list.add(feature.prediction(found));
        }
      }
    }
    return json;
  }

  /** A failed batch, by the reasons of its files. */
  private static void addFailed(ArrayNode failed, JsonNode request, List<JsonNode> batch) {
    var byMessage = new LinkedHashMap<String, List<JsonNode>>();
    batch.forEach(
        item -> byMessage.computeIfAbsent(message(item), m -> new ArrayList<>()).add(item));
    for (Map.Entry<String, List<JsonNode>> reason : byMessage.entrySet()) {
      ObjectNode json = failed.addObject();
      json.put("errorMessage", reason.getKey());
      ArrayNode files = json.putArray("items");
      reason.getValue().forEach(item -> files.add(file(request, item)));
    }
  }

  private static String message(JsonNode item) {
    JsonNode failure = item.path("failure");
    return failure.isObject()
        ? failure.get("code").textValue() + ": " + failure.get("message").textValue()
        : SPOILED;
  }

  private static String outcome(JsonNode item) {
    return item.get("outcome").textValue();
  }

  private static JsonNode file(JsonNode request, JsonNode item) {
    return request.get("items").get(item.get("index").intValue());
  }
}
