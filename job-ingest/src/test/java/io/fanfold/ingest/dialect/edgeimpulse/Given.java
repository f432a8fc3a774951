package io.fanfold.ingest.dialect.edgeimpulse;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import io.fanfold.schemas.Sample;
import io.fanfold.schemas.SampleCategory;
import io.fanfold.schemas.SampleSensor;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Samples, jobs and items as the dialect meets them. */
final class Given {

  static final Instant CREATED = Instant.parse("2023-11-07T05:31:56.123456Z");

  private Given() {}

  static Sample sample(long id, String label) {
    return Sample.newBuilder()
        .setProject("42")
        .setId(id)
        .setUri("file:///samples/42/" + id + ".json")
        .setFilename("idle01.d8Ae")
        .setLabel(label)
        .setCategory(SampleCategory.TESTING)
        .setMediaType("application/json")
        .setIntervalMs(16)
        .setFrequency(62.5)
        .setSensors(List.of(new SampleSensor("accX", "m/s2"), new SampleSensor("accY", "m/s2")))
        .setValuesCount(625)
        .setTotalLengthMs(10_000)
        .setDeviceName("ac:87:a3:0a:2d:1b")
        .setDeviceType("DISCO-L475VG-IOT01A")
        .setSignatureMethod("HS256")
        .setSha256Hash("ab12")
        .setAddedAt(CREATED)
        .setCreatedAt(CREATED)
        .setMetadata(Map.of("site", "north"))
        .build();
  }

  /** The result of an item with a window a prediction. */
  static ObjectNode item(long sampleId, ObjectNode... windows) {
    ObjectNode item = Json.MAPPER.createObjectNode();
    item.put("index", 0).put("customId", Long.toString(sampleId)).put("outcome", "SUCCEEDED");
    ArrayNode predictions = item.putArray("predictions");
    for (ObjectNode window : windows) {
      predictions.add(window);
    }
    return item;
  }

  static ObjectNode window(int nth, String label, double idle, double wave, Double anomaly) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("feature", "SignalClassification").put("label", label);
    json.putObject("scores").put("idle", (float) idle).put("wave", (float) wave);
    if (anomaly != null) {
      json.put("anomaly", anomaly.floatValue());
    }
    json.putObject("span").put("startMs", nth * 500).put("endMs", nth * 500 + 2000);
    return json;
  }

  /** A job as lookups show it. */
  static ObjectNode job(long id, String status, String variant, long... children) {
    ObjectNode job =
        (ObjectNode)
            Json.parse(
                """
                {"status":"RUNNING","attempt":1,"createdAt":"2026-01-02T03:04:05.123456Z",
                 "startedAt":"2026-01-02T03:04:06.5Z","endedAt":null,"durationMs":1500,
                 "counts":{"total":4,"succeeded":3,"failed":1,"canceled":0,"pending":0,
                           "failedByCode":{"CORRUPT_INPUT":1}},
                 "batches":{"total":2},"failure":null,
                 "features":[{"name":"SignalClassification","parameters":{"threshold":0.7}}]}
                """
                    .getBytes(UTF_8));
    job.put("id", id).put("status", status);
    if (!status.equals("RUNNING")) {
      job.put("endedAt", "2026-01-02T03:04:08Z");
    }
    ObjectNode request = job.putObject("dialect").putObject("request");
    request.put("impulseId", 1).put("variant", variant);
    ArrayNode ids = request.putArray("children");
    for (long child : children) {
      ids.add(child);
    }
    return job;
  }

  /** What is read as {@code curl} or a client sends it. */
  static JsonNode json(String text) {
    return Json.parse(text.getBytes(UTF_8));
  }
}
