package io.fanfold.aggregator.artifact;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.Model;
import io.fanfold.schemas.Prediction;
import java.util.HashSet;

/** A line of the output manifest that Rekognition writes for a picture. */
final class RekognitionLine {

  private static final String FEATURE = "ModerationLabels";
  private static final float PERCENT = 100;

  private RekognitionLine() {}

  static ObjectNode of(JobState job, ItemResult result) {
    ObjectNode line = Json.MAPPER.createObjectNode();
    line.put("source-ref", result.getUri());
    ObjectNode answer = line.putObject("detect-moderation-labels");
    labels(answer.putArray("ModerationLabels"), result);
    answer.put("ModerationModelVersion", modelVersion(job));
    // No model here tells drawings from photographs.
    answer.putArray("ContentTypes");
    return line;
  }

  /** Each label below its parent, which is as certain as the most certain of its labels. */
  private static void labels(ArrayNode into, ItemResult result) {
    var parents = new HashSet<String>();
    for (Prediction label : result.getPredictions()) {
      if (!label.getFeature().equals(FEATURE)) {
        continue;
      }
      String parent = label.getParentLabel();
      if (parent != null && parents.add(parent)) {
        add(into, label.getConfidence(), parent, "", 1);
      }
      if (parent == null) {
        add(into, label.getConfidence(), label.getLabel(), "", 1);
      } else {
        add(into, label.getConfidence(), label.getLabel(), parent, 2);
      }
    }
  }

  private static void add(ArrayNode into, Float confidence, String name, String parent, int level) {
    ObjectNode label = into.addObject();
    if (confidence != null) {
      label.put("Confidence", confidence * PERCENT);
    }
    label.put("Name", name).put("ParentName", parent).put("TaxonomyLevel", level);
  }

  /** Of the workers that were there last, where they changed while the job ran. */
  private static String modelVersion(JobState job) {
    String version = "";
    for (Model model : job.getModels()) {
      if (model.getFeature().equals(FEATURE)) {
        version = model.getVersion();
      }
    }
    return version;
  }
}
