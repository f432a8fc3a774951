package io.fanfold.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.schemas.Batch;
import io.fanfold.schemas.CommandType;
import io.fanfold.schemas.Manifest;
import io.fanfold.schemas.ManifestFormat;
import io.fanfold.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk does not fill up with the age of the system. */
final class DeletedJobsLeaveNothingTest {

  private static final long SEED = Long.getLong("fanfold.seed", new Random().nextLong());
  private static final int JOBS = 60;

  @TempDir static Path directory;

  private final Random random = new Random(SEED);
  private final SplitterDriver splitter =
      new SplitterDriver("deleted-jobs-leave-nothing-test", directory, SplitterDriver.LIMITS);

  @AfterEach
  void close() {
    splitter.close();
  }

  @Test
  void no_store_and_no_compacted_topic_has_anything_of_jobs_that_were_deleted_long_ago() {
    System.out.println("fanfold.seed=" + SEED);
    for (long id = 1; id <= JOBS; id++) {
      live(id);
      splitter.pass(Duration.ofSeconds(random.nextInt(20)));
    }
    assertThat(splitter.rows().get(SplitterTopology.SPLIT_JOBS)).isEqualTo(JOBS);
    assertThat(splitter.rows().get(SplitterTopology.SUBMISSION_IDS)).isPositive();
    finishAll();
    // Ends, ttl, and the time after which nobody needs to know that there was such a job.
    splitter.pass(Duration.ofMinutes(3));
    splitter.pass(SplitterDriver.LIMITS.deletedKept());
    splitter.pass(SplitterDriver.LIMITS.commandsWait());
    splitter.tick();

    Map<String, Integer> rows = splitter.rows();
    rows.remove(SplitterTopology.SUBMISSION_IDS);
    assertThat(rows)
        .as("seed %d", SEED)
        .hasSize(5)
        .allSatisfy((store, left) -> assertThat(left).isZero());
    assertThat(splitter.compacted()).as("seed %d", SEED).isEmpty();
  }

  @Test
  void submission_ids_go_with_the_time_of_later_ones() {
    admit("team/first");
    splitter.pass(SplitterDriver.LIMITS.submissionIdsKept().multipliedBy(3));
    admit("team/second");

    assertThat(splitter.rows()).containsEntry(SplitterTopology.SUBMISSION_IDS, 1);
  }

  private void live(long id) {
    long ttl = 1 + random.nextInt(60);
    switch ((int) (id % 6)) {
      case 0 -> {
        splitter.submit(id, Samples.submission(30).setBatchSize(1).setTtlSeconds(ttl));
        splitter.command(id, CommandType.CANCEL);
      }
      case 1 -> {
        splitter.submit(
            id,
            Samples.submission(2)
                .setTtlSeconds(ttl)
                .setDeadline(SplitterDriver.NOW.plusSeconds(random.nextInt(3_000))));
      }
      case 2 -> {
        splitter.submit(id, Samples.submission(20).setBatchSize(1));
        splitter.command(id, CommandType.DELETE);
      }
      case 3 -> {
        splitter.command(id, CommandType.CANCEL);
        // This one never gets its job.
        splitter.command(10_000 + id, CommandType.CANCEL);
        splitter.submit(id, Samples.submission(2).setTtlSeconds(ttl));
      }
      case 4 -> {
        splitter.submit(
            id,
            Samples.submission(0)
                .setItems(List.of())
                .setManifest(new Manifest("http://a.example/m", ManifestFormat.AUTO))
                .setTtlSeconds(ttl));
        splitter.manifests.page(id, true, 0, 1, 2);
      }
      default -> admit("team/key" + id);
    }
  }

  private void admit(String key) {
    splitter.submissions.pipeInput(
        key.getBytes(UTF_8),
        splitter.codec.encode(
            Topics.JOB_SUBMISSIONS,
            Samples.submission(1)
                .setProject("team")
                .setSubmissionId(key.substring("team/".length()))
                .setTtlSeconds(60L)
                .build()),
        SplitterDriver.NOW);
  }

  private void finishAll() {
    for (int round = 0; round < 10; round++) {
      List<Batch> out = splitter.batches();
      splitter.finish(out);
      splitter.tick();
    }
  }
}
