package io.fanfold.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.Meters;
import io.fanfold.schemas.Batch;
import io.fanfold.schemas.CommandType;
import io.fanfold.schemas.Item;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobSubmission;
import io.fanfold.schemas.Manifest;
import io.fanfold.schemas.ManifestFormat;
import io.fanfold.schemas.ProjectUsage;
import io.fanfold.schemas.Split;
import io.fanfold.schemas.StopReason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How batches are handed out: a window for each job, turns between them, and from feeds. */
final class SplitterFlowTest {

  @TempDir static Path directory;

  private SplitterDriver splitter = start(2, 6);

  private static SplitterDriver start(int window, int maxInFlight) {
    SplitterLimits all = SplitterDriver.LIMITS;
    return new SplitterDriver(
        "splitter-flow-test",
        directory,
        new SplitterLimits(
            window,
            maxInFlight,
            10,
            all.submissionIdsKept(),
            all.commandsWait(),
            all.deletedKept(),
            all.defaultTtl()));
  }

  @AfterEach
  void close() {
    splitter.close();
  }

  @Test
  void a_job_has_no_more_than_its_window_in_flight() {
    splitter.submit(1, Samples.submission(5).setBatchSize(1));
    assertThat(splitter.batchKeys()).containsExactly("1/0", "1/1");

    splitter.result(1, 1, 1, true);
    assertThat(splitter.batchKeys()).containsExactly("1/2");
    splitter.result(1, 0, 1, true);
    splitter.result(1, 2, 1, true);
    assertThat(splitter.batchKeys()).containsExactly("1/3", "1/4");
    splitter.result(1, 3, 1, true);
    splitter.result(1, 4, 1, true);
    assertThat(splitter.batchKeys()).isEmpty();
    assertThat(splitter.splits()).isEmpty();
  }

  @Test
  void progress_duplicates_and_strangers_make_no_room() {
    splitter.submit(1, Samples.submission(5).setBatchSize(1));
    splitter.result(1, 0, 1, true);
    splitter.batchKeys();

    splitter.result(1, 1, 1, false);
    splitter.result(1, 0, 1, true);
    splitter.result(1, 4, 1, true);
    splitter.result(1, 1, 2, true);
    splitter.result(2, 0, 1, true);
    splitter.results.pipeInput("1".getBytes(UTF_8), new byte[] {1, 2, 3});
    splitter.results.pipeInput("x".getBytes(UTF_8), (byte[]) null);

    assertThat(splitter.batchKeys()).isEmpty();
    assertThat(splitter.deadLetters.isEmpty()).isTrue();
  }

  @Test
  void projects_take_turns_whoever_came_first() {
    splitter.close();
    splitter = start(100, 4);
    splitter.submit(1, Samples.submission(20).setBatchSize(1).setProject("a"));
    splitter.submit(2, Samples.submission(20).setBatchSize(1).setProject("a"));
    splitter.submit(3, Samples.submission(20).setBatchSize(1).setProject("b"));
    List<Batch> first = splitter.batches();
    assertThat(first).extracting(Batch::getJobId).containsOnly(1L).hasSize(4);

    splitter.finish(first);

    assertThat(splitter.batches())
        .extracting(Batch::getJobId)
        .containsExactlyInAnyOrder(1L, 2L, 3L, 3L);
  }

  @Test
  void higher_priority_goes_first_within_a_project_only() {
    splitter.close();
    splitter = start(100, 2);
    splitter.submit(1, Samples.submission(20).setBatchSize(1).setPriority(1));
    splitter.submit(2, Samples.submission(2).setBatchSize(1).setPriority(2));
    splitter.submit(3, Samples.submission(20).setBatchSize(1).setPriority(-5).setProject("b"));
    splitter.finish(splitter.batches());
    assertThat(splitter.batches()).extracting(Batch::getJobId).containsExactlyInAnyOrder(2L, 3L);
  }

  @Test
  void any_mix_of_jobs_is_handed_out_once_each_and_within_bounds() {
    long seed = Long.getLong("fanfold.seed", System.nanoTime());
    System.out.println("fanfold.seed=" + seed);
    var random = new Random(seed);
    var open = new ArrayDeque<Batch>();
    var handedOut = new HashMap<Long, Integer>();
    var sizes = new HashMap<Long, Integer>();
    for (long job = 1; job <= 40; job++) {
      int batches = 1 + random.nextInt(12);
      sizes.put(job, batches);
      splitter.submit(
          job,
          Samples.submission(batches)
              .setBatchSize(1)
              .setProject("p" + random.nextInt(3))
              .setPriority(random.nextInt(3)));
      settle(open, handedOut, seed);
      while (!open.isEmpty() && random.nextInt(3) == 0) {
        splitter.finish(List.of(open.poll()));
        settle(open, handedOut, seed);
      }
    }
    while (!open.isEmpty()) {
      splitter.finish(List.of(open.poll()));
      settle(open, handedOut, seed);
    }
    assertThat(handedOut).as("seed %d", seed).isEqualTo(sizes);
    splitter.tick();
    Map<String, Long> left = new HashMap<>();
    splitter
        .usage()
        .forEach(
            usage -> {
              if (usage != null) {
                left.put(usage.getProject(), usage.getActiveJobs());
              }
            });
    assertThat(left).as("all had ended before the first tick").isEmpty();
  }

  private void settle(ArrayDeque<Batch> open, Map<Long, Integer> handedOut, long seed) {
    for (Batch batch : splitter.batches()) {
      open.add(batch);
      handedOut.merge(batch.getJobId(), 1, Integer::sum);
    }
    assertThat(open).as("seed %d", seed).hasSizeLessThanOrEqualTo(6);
    var jobs = new HashMap<Long, Integer>();
    open.forEach(batch -> jobs.merge(batch.getJobId(), 1, Integer::sum));
    assertThat(jobs.values())
        .as("seed %d", seed)
        .allSatisfy(n -> assertThat(n).isLessThanOrEqualTo(2));
  }

  @Test
  void a_manifest_is_handed_out_as_it_is_read() {
    splitter.submit(1, manifest().setBatchSize(2));
    Job job = splitter.jobs().get(0);
    assertThat(job.getTotalItems()).isZero();
    assertThat(job.getBatchCount()).isZero();
    assertThat(job.getManifest().getUri()).isEqualTo("file:///data/m.jsonl");
    assertThat(splitter.splits())
        .singleElement()
        .satisfies(split -> assertThat(split.getComplete()).isFalse());
    assertThat(splitter.manifests.requests.get(1L).batchSize()).isEqualTo(2);
    assertThat(splitter.manifests.positions.get(1L)).isEqualTo(FeedPosition.MANIFEST_START);

    Item good = Item.newBuilder().setUri("http://a.example/0").setLine(1L).build();
    Item bad = Item.newBuilder().setUri("").setLine(2L).setInvalid("no URI").build();
    splitter.manifests.page(1, false, List.of(good, bad));
    splitter.manifests.page(1, true, List.of(Item.newBuilder(good).setLine(3L).build()));
    splitter.tick();

    List<Batch> batches = splitter.batches();
    assertThat(batches).extracting(Batch::getIndex).containsExactly(0, 1);
    assertThat(batches.get(0).getItems()).extracting(Item::getIndex).containsExactly(0L, 1L);
    assertThat(batches.get(0).getItems().get(1).getInvalid()).isEqualTo("no URI");
    assertThat(batches.get(1).getItems()).extracting(Item::getIndex).containsExactly(2L);
    List<Split> splits = splitter.splits();
    Split last = splits.get(splits.size() - 1);
    assertThat(last.getItems()).isEqualTo(3);
    assertThat(last.getBatches()).isEqualTo(2);
    assertThat(last.getComplete()).isTrue();
    assertThat(last.getCut()).isFalse();
    assertThat(last.getInvalidLines()).isEqualTo(1);
    assertThat(last.getBytesTotal()).isEqualTo(1_000);
    assertThat(splitter.manifests.running).isEmpty();
  }

  @Test
  void a_manifest_that_cannot_be_read_ends_the_job_with_the_reason() {
    splitter.submit(1, manifest());
    splitter.splits();
    splitter.manifests.fail(1, "MANIFEST_NOT_FOUND");
    splitter.tick();

    Split split = splitter.splits().get(0);
    assertThat(split.getFailure().getCode()).isEqualTo("MANIFEST_NOT_FOUND");
    assertThat(split.getComplete()).isTrue();
    assertThat(split.getBatches()).isZero();
  }

  @Test
  void a_manifest_of_too_many_items_fails_with_the_results_it_has() {
    splitter.submit(1, manifest().setBatchSize(6));
    splitter.manifests.page(1, false, 0, 1, 2, 3, 4, 5);
    splitter.manifests.page(1, false, 6, 7, 8, 9, 10, 11);
    splitter.tick();

    assertThat(splitter.batches()).hasSize(1);
    List<Split> splits = splitter.splits();
    Split last = splits.get(splits.size() - 1);
    assertThat(last.getFailure().getCode()).isEqualTo("MANIFEST_TOO_LARGE");
    assertThat(last.getItems()).isEqualTo(6);
  }

  @Test
  void a_stopped_manifest_is_cut() {
    splitter.submit(1, manifest().setBatchSize(1));
    splitter.manifests.page(1, false, 0);
    splitter.tick();
    splitter.batches();
    splitter.splits();

    splitter.command(1, CommandType.CANCEL);
    splitter.manifests.page(1, false, 1);
    splitter.tick();

    assertThat(splitter.batches()).isEmpty();
    assertThat(splitter.splits())
        .singleElement()
        .satisfies(
            split -> {
              assertThat(split.getStop().getReason()).isEqualTo(StopReason.CANCELED);
              assertThat(split.getCut()).isTrue();
              assertThat(split.getComplete()).isTrue();
              assertThat(split.getItems()).isEqualTo(1);
            });
    assertThat(splitter.manifests.running).isEmpty();
  }

  @Test
  void a_manifest_stopped_after_its_last_line_is_not_cut() {
    splitter.submit(1, manifest().setBatchSize(1));
    splitter.manifests.page(1, true, 0);
    splitter.tick();
    splitter.splits();

    splitter.command(1, CommandType.CANCEL);

    assertThat(splitter.splits()).singleElement().satisfies(s -> assertThat(s.getCut()).isFalse());
  }

  @Test
  void a_project_is_counted_while_its_jobs_are_under_way() {
    splitter.submit(1, Samples.submission(1).setProject("team"));
    splitter.submit(2, Samples.submission(1).setProject("team"));
    splitter.tick();
    assertThat(splitter.usage())
        .singleElement()
        .satisfies(usage -> assertThat(usage.getActiveJobs()).isEqualTo(2));

    splitter.result(1, 0, 1, true);
    splitter.tick();
    assertThat(splitter.usage())
        .singleElement()
        .satisfies(usage -> assertThat(usage.getActiveJobs()).isEqualTo(1));

    splitter.result(2, 0, 1, true);
    splitter.tick();
    assertThat(splitter.usage()).containsExactly((ProjectUsage) null);
    splitter.tick();
    assertThat(splitter.usage()).isEmpty();
  }

  @Test
  void a_stopped_job_holds_up_nobody() {
    splitter.close();
    splitter = start(2, 3);
    splitter.submit(1, Samples.submission(50).setBatchSize(1));
    splitter.command(1, CommandType.CANCEL);
    assertThat(splitter.batches()).hasSize(50);

    splitter.submit(2, Samples.submission(5).setBatchSize(1));

    assertThat(splitter.batchKeys()).containsExactly("2/0", "2/1");
    assertThat(splitter.counted(Meters.BATCHES_EMITTED)).isEqualTo(52);
    splitter.pass(Duration.ofSeconds(1));
  }

  static JobSubmission.Builder manifest() {
    return Samples.submission()
        .setItems(new ArrayList<>())
        .setManifest(new Manifest("file:///data/m.jsonl", ManifestFormat.AUTO));
  }
}
