package io.fanfold.aggregator.artifact;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.JobStates;
import io.fanfold.kit.Json;
import io.fanfold.schemas.Failure;
import io.fanfold.schemas.FailureCode;
import io.fanfold.schemas.FailureIsolation;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;
import io.fanfold.schemas.Manifest;
import io.fanfold.schemas.ManifestFormat;
import io.fanfold.schemas.Splitting;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Jobs and results for tests of artifacts. */
final class ArtifactSamples {

  static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

  private ArtifactSamples() {}

  /** An ended job with a manifest of so many lines. */
  static JobState ended(long id, int items, String outputUri) {
    Job job =
        Job.newBuilder()
            .setId(id)
            .setProject("default")
            .setTotalItems(items)
            .setBatchSize(10)
            .setBatchCount((items + 9) / 10)
            .setFeatures(List.of())
            .setMetadata(Map.of())
            .setFailureIsolation(FailureIsolation.ITEM)
            .setManifest(new Manifest("s3://in/manifest.jsonl", ManifestFormat.AUTO))
            .setOutputUri(outputUri)
            .setCreatedAt(T0)
            .build();
    JobState state = JobStates.queued(job);
    state.setStatus(JobStatus.COMPLETED);
    state.setSplitting(new Splitting(true, false, 100L, 100L, items / 3L));
    state.setEndedAt(T0);
    return state;
  }

  /** Every third item fails; every ninth was not run. */
  static List<ItemResult> results(int items) {
    var results = new ArrayList<ItemResult>();
    for (int i = 0; i < items; i++) {
      var result = ItemResult.newBuilder().setIndex(i).setUri("s3://in/" + i).setLine(i + 1L);
      if (i % 3 == 0) {
        FailureCode code = i % 9 == 0 ? FailureCode.CANCELED : FailureCode.INVALID_ITEM;
        result.setFailure(new Failure(code, "no \"item\"", null));
      }
      results.add(result.build());
    }
    return results;
  }

  static ArtifactContent content(List<ItemResult> results) {
    ItemReader reader =
        (job, from, into) -> {
          for (ItemResult result : results.subList((int) from, results.size())) {
            if (!into.accept(result, 1)) {
              return;
            }
          }
        };
    return new ArtifactContent(reader, (job, result, attempt) -> json(result));
  }

  private static ObjectNode json(ItemResult result) {
    return Json.MAPPER.createObjectNode().put("index", result.getIndex());
  }
}
