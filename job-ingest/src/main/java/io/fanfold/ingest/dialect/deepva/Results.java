package io.fanfold.ingest.dialect.deepva;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What was found in the sources of a job, module by module. An index is that of the source in the
 * job.
 *
 * @param items as the native API shows them; those without a result yet have nothing found
 * @param request what the job was submitted with
 */
record Results(long jobId, JsonNode items, JsonNode request) {

  static final String MEDIA_TYPE = "image";

  /** A thing a module found in a source. */
  private record Found(int index, MiningModule module, JsonNode prediction) {

    String label() {
      String text = prediction.path("text").asText("");
      return text.isEmpty() ? prediction.path("label").asText("") : text;
    }

    double confidence() {
      return rounded(prediction.path("confidence").asDouble());
    }
  }

  /** The same thing in a source, however often. */
  private record Kind(int index, MiningModule module, String label) {}

  /** As if nothing were known. */
  Results none() {
    return new Results(jobId, Json.MAPPER.createArrayNode(), request);
  }

  /** DetailedResult objects: one for each thing in each source. */
  ArrayNode detailed() {
    ArrayNode list = Json.MAPPER.createArrayNode();
    for (Found found : found()) {
      ObjectNode result = list.addObject();
      result.put("media_type", MEDIA_TYPE);
      result.put("frame_start", found.index());
      result.put("frame_end", found.index());
      result.putNull("time_start");
      result.putNull("time_end");
      result.putNull("tc_start");
      result.putNull("tc_end");
      result.put("source", source(found.index()));
      result.put("module", found.module().id);
      ObjectNode meta = result.putObject("meta");
      meta.put("label", found.label());
      meta.put("confidence", found.confidence());
      if (found.prediction().hasNonNull("parentLabel")) {
        meta.set("parent_label", found.prediction().get("parentLabel"));
      }
      detections(result.putArray("detections"), found);
      result.putNull("thumbnail");
    }
    return list;
  }

  /** SummarizedResult objects: one for each kind of thing in each source. */
  ArrayNode summarized() {
    ArrayNode list = Json.MAPPER.createArrayNode();
    kinds()
        .forEach(
            (kind, all) -> {
              ObjectNode result = list.addObject();
              result.put("id", id(kind));
              result.put("type", kind.module().type);
              result.put("source", source(kind.index()));
              result.put("module", kind.module().id);
              result
                  .putObject("meta")
                  .put("label", kind.label())
                  .put("count", all.size())
                  .put("confidence", all.stream().mapToDouble(Found::confidence).max().orElse(0));
            });
    return list;
  }

  /** ResultSummary objects: one for each source that has a result. */
  ArrayNode summary() {
    var bySource = new LinkedHashMap<Integer, ArrayNode>();
    ArrayNode list = Json.MAPPER.createArrayNode();
    for (JsonNode item : items) {
      if (!item.path("outcome").asText().equals("PENDING")) {
        int index = item.path("index").intValue();
        ObjectNode summary = list.addObject();
        summary.put("source", source(index));
        summary.put("media_type", MEDIA_TYPE);
        summary.putObject("info");
        bySource.put(index, summary.putArray("items"));
      }
    }
    for (Kind kind : kinds().keySet()) {
      bySource
          .get(kind.index())
          .addObject()
          .put("type", kind.module().type)
          .put("label", kind.label())
          .put("module", kind.module().id);
    }
    return list;
  }

  /** What went wrong, a line for each source that failed. */
  List<String> errors() {
    var errors = new ArrayList<String>();
    for (JsonNode item : items) {
      if (item.path("outcome").asText().equals("FAILED")) {
        JsonNode failure = item.path("failure");
        errors.add(
            "%s: %s: %s"
                .formatted(
                    source(item.path("index").intValue()),
                    failure.path("code").asText(),
                    failure.path("message").asText()));
      }
    }
    return errors;
  }

  private List<Found> found() {
    var all = new ArrayList<Found>();
    for (JsonNode item : items) {
      for (Map.Entry<String, JsonNode> entry : request.path("modules").properties()) {
        MiningModule.named(entry.getKey())
            .ifPresent(module -> add(all, item, module, entry.getValue()));
      }
    }
    return all;
  }

  private static void add(List<Found> all, JsonNode item, MiningModule module, JsonNode arguments) {
    for (JsonNode prediction : item.path("predictions")) {
      if (module.finds(prediction, arguments)) {
        all.add(new Found(item.path("index").intValue(), module, prediction));
      }
    }
  }

  private Map<Kind, List<Found>> kinds() {
    var kinds = new LinkedHashMap<Kind, List<Found>>();
    for (Found found : found()) {
      var kind = new Kind(found.index(), found.module(), found.label());
      kinds.computeIfAbsent(kind, absent -> new ArrayList<>()).add(found);
    }
    return kinds;
  }

  private static void detections(ArrayNode detections, Found found) {
    JsonNode box = found.prediction().get("box");
    if (box == null) {
      return;
    }
    double x = box.path("xMin").asDouble();
    double y = box.path("yMin").asDouble();
    ObjectNode detection = detections.addObject();
    detection.put("frame_index", found.index());
    detection.put("type", found.module().boxType);
    detection
        .putObject("data")
        .put("x", rounded(x))
        .put("y", rounded(y))
        .put("w", rounded(box.path("xMax").asDouble() - x))
        .put("h", rounded(box.path("yMax").asDouble() - y));
  }

  private String source(int index) {
    return request.path("sources").path(index).asText("");
  }

  /** The same whenever it is asked for. */
  private String id(Kind kind) {
    String name = "%d/%d/%s/%s".formatted(jobId, kind.index(), kind.module().id, kind.label());
    return UUID.nameUUIDFromBytes(name.getBytes(UTF_8)).toString();
  }

  // Boxes come as floats; their differences would show it.
  private static double rounded(double value) {
    return Math.round(value * 1e6) / 1e6;
  }
}
