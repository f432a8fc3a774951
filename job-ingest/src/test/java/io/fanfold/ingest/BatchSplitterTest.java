package io.fanfold.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.ingest.BatchSplitter.Split;
import io.fanfold.schemas.Batch;
import io.fanfold.schemas.FailureIsolation;
import io.fanfold.schemas.Item;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobSubmission;
import io.fanfold.schemas.Webhook;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BatchSplitterTest {

  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

  private final BatchSplitter splitter = new BatchSplitter(100);

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1",
    "1, 1000, 1, 1",
    "2, 1, 2, 1",
    "100, 100, 1, 100",
    "101, 100, 2, 1",
    "199, 100, 2, 99",
    "200, 100, 2, 100",
    "1000, 7, 143, 6",
  })
  void batches_are_full_but_for_the_last(int items, int size, int count, int last) {
    Split split = split(Samples.submission(items).setBatchSize(size).build());

    assertThat(split.job().getTotalItems()).isEqualTo(items);
    assertThat(split.job().getBatchSize()).isEqualTo(size);
    assertThat(split.job().getBatchCount()).isEqualTo(count);
    assertThat(split.batches()).hasSize(count);
    assertThat(split.batches().subList(0, count - 1))
        .allSatisfy(batch -> assertThat(batch.getItems()).hasSize(size));
    assertThat(split.batches().get(count - 1).getItems()).hasSize(last);
  }

  @Test
  void the_default_size_holds_where_the_job_says_none() {
    assertThat(split(Samples.submission(250).build()).batches()).hasSize(3);
  }

  @Test
  void the_batches_of_any_job_are_its_items_in_order() {
    long seed = Long.getLong("fanfold.seed", System.nanoTime());
    System.out.println("fanfold.seed=" + seed);
    var random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      int count = 1 + random.nextInt(Samples.MAX_ITEMS);
      JobSubmission submission =
          Samples.submission(count).setBatchSize(1 + random.nextInt(1_000)).build();

      List<Batch> batches = split(submission).batches();

      List<Item> all = batches.stream().flatMap(batch -> batch.getItems().stream()).toList();
      assertThat(all)
          .as("seed %d", seed)
          .extracting(Item::getUri)
          .isEqualTo(submission.getItems().stream().map(Item::getUri).toList());
      assertThat(all)
          .as("seed %d", seed)
          .extracting(Item::getIndex)
          .isEqualTo(LongStream.range(0, count).boxed().toList());
      assertThat(batches)
          .as("seed %d", seed)
          .extracting(Batch::getIndex)
          .isEqualTo(IntStream.range(0, batches.size()).boxed().toList());
      assertThat(batches)
          .as("seed %d", seed)
          .allSatisfy(b -> assertThat(b.getItems()).isNotEmpty());
    }
  }

  @Test
  void a_batch_carries_what_its_worker_needs() {
    Split split = split(full());

    assertThat(split.batches())
        .allSatisfy(
            batch -> {
              assertThat(batch.getJobId()).isEqualTo(7);
              assertThat(batch.getProject()).isEqualTo("team");
              assertThat(batch.getAttempt()).isEqualTo(1);
              assertThat(batch.getFeatures()).isEqualTo(full().getFeatures());
              assertThat(batch.getFailureIsolation()).isEqualTo(FailureIsolation.BATCH);
              assertThat(batch.getPriority()).isEqualTo(5);
              assertThat(batch.getDeadline()).isEqualTo(NOW.plusSeconds(60));
            });
    Item first = split.batches().get(0).getItems().get(0);
    assertThat(first.getCustomId()).isEqualTo("mine");
    assertThat(first.getMediaType()).isEqualTo("image/png");
  }

  @Test
  void an_index_a_submission_says_is_ignored() {
    JobSubmission submission =
        Samples.submission()
            .setItems(List.of(new Item("http://a/", null, null, 42L, null, null)))
            .build();

    assertThat(split(submission).batches().get(0).getItems().get(0).getIndex()).isZero();
  }

  @Test
  void the_job_has_everything_of_the_submission_but_the_items() {
    Job job = splitter.accept(7, full(), NOW);

    assertThat(job)
        .isEqualTo(
            Job.newBuilder()
                .setId(7)
                .setProject("team")
                .setTotalItems(2)
                .setBatchSize(1)
                .setBatchCount(2)
                .setFeatures(full().getFeatures())
                .setName("name")
                .setCustomId("custom")
                .setFeedId("feed")
                .setTag("tag")
                .setMetadata(Map.of("k", "v"))
                .setFailureIsolation(FailureIsolation.BATCH)
                .setPriority(5)
                .setWebhook(full().getWebhook())
                .setTtlSeconds(60L)
                .setDeadline(NOW.plusSeconds(60))
                .setCreatedAt(NOW)
                .build());
    assertThat(job).isEqualTo(split(full()).job());
  }

  @Test
  void a_refused_job_keeps_what_finds_it_again() {
    Job job = splitter.refuse(7, full(), NOW, "items must have at least one item");

    assertThat(job.getId()).isEqualTo(7);
    assertThat(job.getProject()).isEqualTo("team");
    assertThat(job.getCustomId()).isEqualTo("custom");
    assertThat(job.getName()).isEqualTo("name");
    assertThat(job.getTag()).isEqualTo("tag");
    assertThat(job.getTotalItems()).isZero();
    assertThat(job.getBatchCount()).isZero();
    assertThat(job.getFailure().getCode()).isEqualTo("INVALID_SUBMISSION");
    assertThat(job.getFailure().getMessage()).isEqualTo("items must have at least one item");
  }

  @Test
  void a_refused_job_cuts_what_is_too_long() {
    Job job = splitter.refuse(7, Samples.submission().setName("x".repeat(9_999)).build(), NOW, "");

    assertThat(job.getName()).hasSize(256);
  }

  @Test
  void a_refused_job_of_no_valid_project_is_nobodys_in_particular() {
    JobSubmission submission = Samples.submission().setProject("../other").setName("n").build();

    Job job = splitter.refuse(7, submission, NOW, "project");

    assertThat(job.getProject()).isEqualTo("default");
    assertThat(job.getName()).isNull();
    assertThat(splitter.refuse(7, null, NOW, "unreadable").getProject()).isEqualTo("default");
  }

  private Split split(JobSubmission submission) {
    return splitter.split(7, submission, NOW);
  }

  private static JobSubmission full() {
    return Samples.submission()
        .setProject("team")
        .setItems(
            List.of(
                new Item("http://a/", "mine", "image/png", -1L, null, null),
                Samples.item("http://b/")))
        .setBatchSize(1)
        .setName("name")
        .setCustomId("custom")
        .setFeedId("feed")
        .setTag("tag")
        .setMetadata(Map.of("k", "v"))
        .setFailureIsolation(FailureIsolation.BATCH)
        .setPriority(5)
        .setWebhook(
            Webhook.newBuilder()
                .setUrl("https://a.example/")
                .setSecretRef("main")
                .setEvents(List.of("job.failed"))
                .build())
        .setTtlSeconds(60L)
        .setDeadline(NOW.plusSeconds(60))
        .build();
  }
}
