package io.fanfold.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Manifests of any length, and jobs that name them. */
final class Manifests {

  private Manifests() {}

  /** Writes so many lines and returns the body of a job of them. */
  static byte[] job(Path directory, long items) throws ScenarioException {
    Path file = directory.resolve("manifest-" + items + ".jsonl");
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      for (long i = 0; i < items; i++) {
        writer.write("{\"uri\":\"data:,m-" + i + "\"}\n");
      }
    } catch (IOException e) {
      throw new ScenarioException("cannot write " + file + ": " + e, e);
    }
    ObjectNode job = Json.MAPPER.createObjectNode();
    job.put("name", "bench-manifest").put("batchSize", Workload.BATCH_SIZE);
    job.putArray("features").addObject().put("name", NoOpPredictor.FEATURE);
    job.putObject("manifest").put("uri", file.toUri().toString()).put("format", "JSON_LINES");
    return job.toString().getBytes(StandardCharsets.UTF_8);
  }
}
