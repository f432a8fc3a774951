package io.fanfold.benchmarks;

import io.fanfold.schemas.Batch;
import io.fanfold.schemas.Feature;
import io.fanfold.schemas.Item;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.ItemResults;
import io.fanfold.schemas.JobSubmission;
import io.fanfold.schemas.Model;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is submitted and, for the floor, what the records in between look like. */
final class Workload {

  static final int BATCH_SIZE = 100;

  private static final List<Feature> FEATURES =
      List.of(new Feature(NoOpPredictor.FEATURE, Map.of()));

  private Workload() {}

  static JobSubmission submission(String project, int job, int items) {
    return JobSubmission.newBuilder()
        .setProject(project)
        .setItems(items(job, 0, items))
        .setFeatures(FEATURES)
        .setBatchSize(BATCH_SIZE)
        .setName("bench-" + job)
        .build();
  }

  /** The same job as a body of {@code POST /v1/jobs}. */
  static byte[] body(int job, int items) {
    return body(job, items, null);
  }

  /**
   * @param webhookUrl who is told when the job has completed; null for nobody
   */
  static byte[] body(int job, int items, String webhookUrl) {
    var json = new StringBuilder(items * 32);
    json.append("{\"name\":\"bench-").append(job).append("\",\"batchSize\":").append(BATCH_SIZE);
    json.append(",\"features\":[{\"name\":\"").append(NoOpPredictor.FEATURE).append("\"}]");
    if (webhookUrl != null) {
      json.append(",\"webhook\":{\"url\":\"").append(webhookUrl).append("\",\"secret\":\"");
      json.append(WebhookSink.SECRET).append("\",\"events\":[\"job.completed\"]}");
    }
    json.append(",\"items\":[");
    for (int i = 0; i < items; i++) {
      json.append(i == 0 ? "" : ",").append("{\"uri\":\"").append(uri(job, i)).append("\"}");
    }
    return json.append("]}").toString().getBytes(StandardCharsets.UTF_8);
  }

  static Batch batch(int job, int index) {
    return Batch.newBuilder()
        .setJobId(1_000_000_000_000L + job)
        .setProject("bench")
        .setIndex(index)
        .setFeatures(FEATURES)
        .setItems(items(job, index * BATCH_SIZE, BATCH_SIZE))
        .build();
  }

  /** What a worker makes of a batch. */
  static ItemResults chunk(Batch batch) {
    var results = new ArrayList<ItemResult>();
    for (Item item : batch.getItems()) {
      results.add(
          ItemResult.newBuilder()
              .setIndex(item.getIndex())
              .setUri("data:,")
              .setPredictions(NoOpPredictor.answer(item.getUri().hashCode()))
              .build());
    }
    return ItemResults.newBuilder()
        .setJobId(batch.getJobId())
        .setProject(batch.getProject())
        .setBatchIndex(batch.getIndex())
        .setBatchItems(results.size())
        .setIsFinal(true)
        .setModels(List.of(new Model(NoOpPredictor.FEATURE, "no-op", "1")))
        .setResults(results)
        .build();
  }

  static String uri(int job, int index) {
    return "data:," + job + "-" + index;
  }

  private static List<Item> items(int job, int first, int count) {
    var items = new ArrayList<Item>(count);
    for (int i = first; i < first + count; i++) {
      items.add(Item.newBuilder().setUri(uri(job, i)).setIndex(i).build());
    }
    return items;
  }
}
