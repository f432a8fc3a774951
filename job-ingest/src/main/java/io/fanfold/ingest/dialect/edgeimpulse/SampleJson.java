package io.fanfold.ingest.dialect.edgeimpulse;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import io.fanfold.schemas.Sample;
import io.fanfold.schemas.SampleSensor;
import java.util.Locale;

/** A sample as the studio shows it. */
final class SampleJson {

  private static final String CHART = "chart";

  private SampleJson() {}

  static ObjectNode of(Sample sample) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("id", sample.getId());
    json.put("filename", sample.getFilename());
    json.put("signatureValidate", isUnsigned(sample));
    json.put(
        "signatureMethod",
        sample.getSignatureMethod() == null ? "none" : sample.getSignatureMethod());
    json.put("created", Times.text(sample.getCreatedAt()));
    json.put("lastModified", Times.text(sample.getAddedAt()));
    json.put("category", sample.getCategory().name().toLowerCase(Locale.ROOT));
    json.put("coldstorageFilename", coldName(sample));
    json.put("label", label(sample));
    json.put("intervalMs", sample.getIntervalMs());
    json.put("frequency", sample.getFrequency());
    json.put("originalIntervalMs", sample.getIntervalMs());
    json.put("originalFrequency", sample.getFrequency());
    if (sample.getDeviceName() != null) {
      json.put("deviceName", sample.getDeviceName());
    }
    json.put("deviceType", sample.getDeviceType());
    sensors(json.putArray("sensors"), sample);
    json.put("valuesCount", sample.getValuesCount());
    json.put("totalLengthMs", sample.getTotalLengthMs());
    json.put("added", Times.text(sample.getAddedAt()));
    json.putArray("boundingBoxes");
    json.put("boundingBoxesType", "object_detection");
    json.put("chartType", CHART);
    json.put("isDisabled", false);
    json.put("isProcessing", false);
    json.put("processingError", false);
    json.put("isCropped", false);
    json.set("metadata", Json.MAPPER.valueToTree(sample.getMetadata()));
    json.put("projectId", Long.parseLong(sample.getProject()));
    json.put("projectName", sample.getProject());
    json.put("projectLabelingMethod", "single_label");
    json.put("sha256Hash", sample.getSha256Hash());
    if (sample.getLabel() != null) {
      json.putArray("structuredLabels")
          .addObject()
          .put("startIndex", 0)
          .put("endIndex", sample.getValuesCount() - 1)
          .put("label", sample.getLabel());
      json.putArray("structuredLabelsList").add(sample.getLabel());
    }
    datastream(json.putArray("datastreams").addObject(), sample);
    return json;
  }

  /** Empty for a sample without one, as clients expect a text. */
  static String label(Sample sample) {
    return sample.getLabel() == null ? "" : sample.getLabel();
  }

  /**
   * Signatures are not checked, since nobody gives us their keys: only none is known to be good.
   */
  static boolean isUnsigned(Sample sample) {
    return sample.getSignatureMethod() == null || sample.getSignatureMethod().equals("none");
  }

  /** Nobody's business where it really is. */
  private static String coldName(Sample sample) {
    String extension = sample.getMediaType().equals(Acquisition.CSV) ? ".csv" : ".json";
    return sample.getProject() + "/" + sample.getId() + extension;
  }

  private static void datastream(ObjectNode json, Sample sample) {
    json.put("index", 0);
    json.put("chartType", CHART);
    json.put("intervalMs", sample.getIntervalMs());
    json.put("frequencyHz", sample.getFrequency());
    sensors(json.putArray("sensors"), sample);
    json.put("valuesCount", sample.getValuesCount());
    json.put("totalLengthMs", sample.getTotalLengthMs());
  }

  private static void sensors(ArrayNode json, Sample sample) {
    int index = 0;
    for (SampleSensor sensor : sample.getSensors()) {
      json.addObject()
          .put("index", index++)
          .put("name", sensor.getName())
          .put("units", sensor.getUnits());
    }
  }
}
