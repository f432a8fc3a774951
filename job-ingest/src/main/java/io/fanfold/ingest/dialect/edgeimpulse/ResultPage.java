package io.fanfold.ingest.dialect.edgeimpulse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.fanfold.kit.Json;
import io.fanfold.kit.Problem;
import io.fanfold.schemas.Sample;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/**
 * Results and predictions of some samples, put together as they will be sent: as a tree they would
 * take ten times the memory.
 */
final class ResultPage {

  private final Instant createdAt;
  private final double threshold;
  private final double anomalyThreshold;
  private final int maxBytes;
  private final ByteArrayOutputStream results = new ByteArrayOutputStream();
  private final ByteArrayOutputStream predictions = new ByteArrayOutputStream();
  private final Accuracy accuracy = new Accuracy();

  /**
   * @param job whose results they are
   */
  ResultPage(JsonNode job, Settings settings) {
    this.createdAt = Instant.parse(job.path("createdAt").textValue());
    this.threshold = SampleResult.threshold(job, settings.threshold());
    this.anomalyThreshold = settings.anomalyThreshold();
    this.maxBytes = settings.maxResultBytes();
  }

  /**
   * Adds a sample.
   *
   * @param item that succeeded, as lookups show it
   * @throws io.fanfold.kit.ProblemException when it gets too long
   */
  void add(JsonNode item, Sample sample) {
    List<Window> windows = Window.of(item, sample, anomalyThreshold);
    var result = new SampleResult(sample, windows, createdAt, threshold, anomalyThreshold);
    append(results, result.json());
    for (Window window : windows) {
      append(predictions, window.json(sample.getId()));
      accuracy.add(window);
    }
  }

  Accuracy accuracy() {
    return accuracy;
  }

  /** What a page and a whole result begin with. */
  ObjectNode json() {
    ObjectNode json = JobRoutes.success();
    json.putRawValue("result", list(results));
    json.putRawValue("predictions", list(predictions));
    return json;
  }

  private void append(ByteArrayOutputStream list, ObjectNode element) {
    byte[] bytes = Json.bytes(element);
    if (results.size() + predictions.size() + bytes.length > maxBytes) {
      throw Problem.of(
              400,
              "TOO_LONG",
              "The result is too long",
              "The result has more than " + maxBytes + " bytes; ask for it in smaller pages")
          .exception();
    }
    if (list.size() > 0) {
      list.write(',');
    }
    list.writeBytes(bytes);
  }

  private static RawValue list(ByteArrayOutputStream elements) {
    return new RawValue("[" + elements.toString(StandardCharsets.UTF_8) + "]");
  }
}
