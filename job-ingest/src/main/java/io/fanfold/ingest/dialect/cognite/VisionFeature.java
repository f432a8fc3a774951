package io.fanfold.ingest.dialect.cognite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What can be extracted; the names are Fanfold's as well. */
enum VisionFeature {
  TEXT("TextDetection", "textDetectionParameters", "textPredictions"),
  ASSET_TAG("AssetTagDetection", "assetTagDetectionParameters", "assetTagPredictions"),
  PEOPLE("PeopleDetection", "peopleDetectionParameters", "peoplePredictions");

  /** Those that the original has in its beta, and we do not. */
  static final List<String> BETA =
      List.of(
          "IndustrialObjectDetection",
          "PersonalProtectiveEquipmentDetection",
          "DialGaugeDetection",
          "LevelGaugeDetection",
          "DigitalGaugeDetection",
          "ValveDetection");

  private final String feature;
  private final String parameters;
  private final String predictions;

  VisionFeature(String feature, String parameters, String predictions) {
    this.feature = feature;
    this.parameters = parameters;
    this.predictions = predictions;
  }

  static Optional<VisionFeature> of(String feature) {
    return Arrays.stream(values()).filter(one -> one.feature.equals(feature)).findFirst();
  }

  static String names() {
    return Arrays.stream(values()).map(VisionFeature::feature).collect(Collectors.joining(", "));
  }

  String feature() {
    return feature;
  }

  /** Field of the request that has its parameters. */
  String parameters() {
    return parameters;
  }

  /** Field of an item that has its predictions. */
  String predictions() {
    return predictions;
  }

  /**
   * A prediction of this feature.
   *
   * @param found as lookups show it
   */
  ObjectNode prediction(JsonNode found) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    switch (this) {
      case TEXT -> {
        json.set("text", found.get("text"));
        json.set("textRegion", box(found.path("box")));
      }
      case ASSET_TAG -> {
        json.set("text", found.get("text"));
        json.set("textRegion", box(found.path("box")));
        json.putObject("assetRef").put("id", Long.parseLong(found.get("reference").textValue()));
      }
      case PEOPLE -> {
        json.put("label", "person");
        json.set("boundingBox", box(found.path("box")));
      }
    }
    if (found.hasNonNull("confidence")) {
      json.set("confidence", found.get("confidence"));
    }
    return json;
  }

  private static ObjectNode box(JsonNode box) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.set("xMin", box.get("xMin"));
    json.set("xMax", box.get("xMax"));
    json.set("yMin", box.get("yMin"));
    json.set("yMax", box.get("yMax"));
    return json;
  }
}
