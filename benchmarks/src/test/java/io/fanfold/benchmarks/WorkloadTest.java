package io.fanfold.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.Json;
import io.fanfold.schemas.Batch;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.ItemResults;
import java.io.ByteArrayOutputStream;
import java.util.HashSet;
import java.util.Set;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.api.Test;

final class WorkloadTest {

  @Test
  void a_result_of_an_item_is_about_165_bytes() throws Exception {
    ItemResults chunk = Workload.chunk(Workload.batch(7, 3));
    long bytes = 0;
    for (ItemResult result : chunk.getResults()) {
      bytes += size(result);
    }
    assertThat(bytes / (double) chunk.getResults().size()).isBetween(160.0, 170.0);
  }

  @Test
  void a_body_and_a_submission_are_the_same_job() throws Exception {
    var body = Json.MAPPER.readTree(Workload.body(4, 250));
    var submission = Workload.submission("p", 4, 250);
    assertThat(body.path("batchSize").asInt()).isEqualTo(submission.getBatchSize());
    assertThat(body.path("items")).hasSameSizeAs(submission.getItems());
    for (int i = 0; i < 250; i++) {
      assertThat(body.path("items").get(i).path("uri").asText())
          .isEqualTo(submission.getItems().get(i).getUri());
    }
  }

  @Test
  void batches_of_the_floor_hold_each_item_of_the_jobs_once() {
    Set<String> uris = new HashSet<>();
    for (int job = 0; job < 2; job++) {
      for (int index = 0; index < 10; index++) {
        Batch batch = Workload.batch(job, index);
        batch.getItems().forEach(item -> uris.add(item.getUri()));
      }
    }
    assertThat(uris).hasSize(2 * ThroughputScenario.ITEMS_PER_JOB);
  }

  private static int size(ItemResult result) throws Exception {
    var bytes = new ByteArrayOutputStream();
    var encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new SpecificDatumWriter<>(ItemResult.class).write(result, encoder);
    encoder.flush();
    return bytes.size();
  }
}
