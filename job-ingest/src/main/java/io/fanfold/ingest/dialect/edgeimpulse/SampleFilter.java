package io.fanfold.ingest.dialect.edgeimpulse;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.kit.Json;
import io.fanfold.schemas.Sample;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Which samples a query is about. */
final class SampleFilter {

  private static final List<String> NAMES =
      List.of(
          "labels",
          "filename",
          "search",
          "minLength",
          "maxLength",
          "minFrequency",
          "maxFrequency",
          "minLabel",
          "maxLabel",
          "minId",
          "maxId",
          "minDate",
          "maxDate",
          "signatureValidity",
          "dataType",
          "metadata");

  private SampleFilter() {}

  /** Whether a query leaves out any sample. */
  static boolean isAny(Params params) {
    return NAMES.stream().allMatch(name -> params.text(name) == null);
  }

  static Predicate<Sample> of(Params params) {
    if (params.text("metadata") != null) {
      throw Params.wrong("metadata", "cannot be filtered by here");
    }
    Set<String> labels = labels(params.text("labels"));
    String filename = params.text("filename");
    String search = params.text("search");
    String signature = params.oneOf("signatureValidity", List.of("both", "valid", "invalid"));
    String dataType = params.oneOf("dataType", List.of("audio", "image"));
    Predicate<Sample> filter =
        sample -> labels == null || labels.contains(SampleJson.label(sample));
    return filter
        .and(sample -> filename == null || has(sample.getFilename(), filename))
        .and(sample -> search == null || isFound(sample, search))
        .and(sample -> dataType == null || dataType.equals("audio") && isAudio(sample))
        .and(
            sample ->
                signature == null
                    || signature.equals("both")
                    || signature.equals("valid") == SampleJson.isUnsigned(sample))
        .and(ranges(params));
  }

  private static Predicate<Sample> ranges(Params params) {
    Long minId = params.whole("minId");
    Long maxId = params.whole("maxId");
    Double minLength = params.number("minLength");
    Double maxLength = params.number("maxLength");
    Double minFrequency = params.number("minFrequency");
    Double maxFrequency = params.number("maxFrequency");
    Double minLabel = params.number("minLabel");
    Double maxLabel = params.number("maxLabel");
    Instant minDate = params.instant("minDate");
    Instant maxDate = params.instant("maxDate");
    return sample ->
        (minId == null || sample.getId() >= minId)
            && (maxId == null || sample.getId() < maxId)
            && (minLength == null || sample.getTotalLengthMs() > minLength)
            && (maxLength == null || sample.getTotalLengthMs() < maxLength)
            && (minFrequency == null || sample.getFrequency() > minFrequency)
            && (maxFrequency == null || sample.getFrequency() < maxFrequency)
            && (minLabel == null || number(sample) >= minLabel)
            && (maxLabel == null || number(sample) < maxLabel)
            && (minDate == null || sample.getAddedAt().isAfter(minDate))
            && (maxDate == null || sample.getAddedAt().isBefore(maxDate));
  }

  private static Set<String> labels(String json) {
    if (json == null) {
      return null;
    }
    JsonNode list = Json.parse(json.getBytes(StandardCharsets.UTF_8));
    if (!list.isArray()) {
      throw Params.wrong("labels", "must be a JSON list of labels");
    }
    var labels = new HashSet<String>();
    list.forEach(label -> labels.add(label.asText()));
    return labels;
  }

  private static boolean isFound(Sample sample, String search) {
    return Stream.of(sample.getFilename(), SampleJson.label(sample), Long.toString(sample.getId()))
        .anyMatch(text -> has(text, search));
  }

  private static boolean isAudio(Sample sample) {
    return sample.getSensors().stream().anyMatch(sensor -> sensor.getName().equals("audio"));
  }

  private static boolean has(String text, String part) {
    return text.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
  }

  /** A label that is no number is in no range. */
  private static double number(Sample sample) {
    try {
      return Double.parseDouble(SampleJson.label(sample));
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}
