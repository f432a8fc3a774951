package io.fanfold.ingest.dialect.cognite;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import io.fanfold.schemas.Dialect;
import io.fanfold.schemas.FailureIsolation;
import io.fanfold.schemas.Feature;
import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.Item;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.JobSubmission;
import io.fanfold.schemas.ParameterOffer;
import io.fanfold.schemas.RegisteredFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A request to extract as the job it becomes. */
final class ExtractJob {

  private ExtractJob() {}

  /**
   * @param files those of the request's items, in their order
   * @param offers what workers offer, by feature name
   */
  static JobSubmission of(
      String project,
      ExtractRequest request,
      List<RegisteredFile> files,
      int batchSize,
      Map<String, FeatureOffer> offers) {
    return JobSubmission.newBuilder()
        .setProject(project)
        .setItems(files.stream().map(ExtractJob::item).toList())
        .setFeatures(
            request.features().stream()
                .map(
                    feature ->
                        feature(
                            feature,
                            request.parameters().getOrDefault(feature, Map.of()),
                            offers.get(feature.feature())))
                .toList())
        .setBatchSize(batchSize)
        .setFailureIsolation(FailureIsolation.BATCH)
        .setDialect(
            new Dialect(CogniteDialect.NAME, new String(Json.bytes(shown(request, files)), UTF_8)))
        .build();
  }

  private static Item item(RegisteredFile file) {
    return Item.newBuilder()
        .setUri(file.getUri())
        .setCustomId(JobIds.key(file.getId()))
        .setMediaType(file.getMediaType())
        .build();
  }

  private static Feature feature(
      VisionFeature feature, Map<String, Object> parameters, FeatureOffer offer) {
    var values = new LinkedHashMap<>(parameters);
    if (offer != null && values.get("threshold") instanceof Double threshold) {
      values.put("threshold", atLeast(threshold, offer));
    }
    return new Feature(feature.feature(), values);
  }

  /** A model may not be asked for all that it doubts; the original's thresholds begin at 0. */
  private static double atLeast(double threshold, FeatureOffer offer) {
    return offer.getParameters().stream()
        .filter(known -> known.getName().equals("threshold") && known.getMinimum() != null)
        .mapToDouble(ParameterOffer::getMinimum)
        .map(minimum -> Math.max(minimum, threshold))
        .findFirst()
        .orElse(threshold);
  }

  /** What answers show of the request again. */
  private static ObjectNode shown(ExtractRequest request, List<RegisteredFile> files) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    var items = json.putArray("items");
    for (RegisteredFile file : files) {
      ObjectNode item = items.addObject();
      item.put("fileId", file.getId());
      if (file.getExternalId() != null) {
        item.put("fileExternalId", file.getExternalId());
      }
      if (file.getInstanceSpace() != null) {
        item.putObject("fileInstanceId")
            .put("space", file.getInstanceSpace())
            .put("externalId", file.getInstanceExternalId());
      }
    }
    var features = json.putArray("features");
    request.features().forEach(feature -> features.add(feature.feature()));
    if (request.parametersJson() != null) {
      json.set("parameters", request.parametersJson());
    }
    return json;
  }
}
