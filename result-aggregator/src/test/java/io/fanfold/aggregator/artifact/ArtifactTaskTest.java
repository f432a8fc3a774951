package io.fanfold.aggregator.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.store.ObjectStore;
import io.fanfold.kit.store.ObjectStores;
import io.fanfold.schemas.Artifact;
import io.fanfold.schemas.ArtifactState;
import io.fanfold.schemas.JobState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactTaskTest {

  private static final int ITEMS = 100;
  private static final int PART = 200;

  @TempDir private Path directory;

  private final Clock clock = Clock.fixed(ArtifactSamples.T0, ZoneOffset.UTC);
  private final ArtifactContent content = ArtifactSamples.content(ArtifactSamples.results(ITEMS));
  private ObjectStore store;
  private JobState job;
  private Path file;

  @BeforeEach
  void start() throws IOException {
    Path root = directory.toRealPath();
    store = ObjectStores.files(List.of(root));
    job = ArtifactSamples.ended(42, ITEMS, root.toUri().toString());
    file = root.resolve("42/results.jsonl");
  }

  @Test
  void a_file_is_written_part_by_part_and_seen_when_it_is_whole() throws IOException {
    ArtifactTask task = task(null);
    Artifact progress = task.step();
    long bytes = 0;
    while (progress.getState() == ArtifactState.WRITING) {
      assertThat(file).doesNotExist();
      bytes = progress.getBytes();
      progress = task.step();
    }

    assertThat(bytes).isGreaterThan(PART);
    assertThat(progress.getState()).isEqualTo(ArtifactState.COMPLETE);
    assertThat(progress.getBytes()).isEqualTo(Files.size(file));
    assertThat(Files.readAllLines(file)).hasSize(66).last().asString().contains("\"index\":98");
  }

  @Test
  void another_goes_on_wherever_the_first_was_killed() throws IOException {
    complete(task(null));
    String whole = Files.readString(file);
    for (int steps = 1; ; steps++) {
      Files.delete(file);
      ArtifactTask killed = task(null);
      Artifact noted = null;
      for (int i = 0; i < steps; i++) {
        noted = killed.step();
      }
      if (noted.getState() == ArtifactState.COMPLETE) {
        break;
      }
      // The next part is there, but nobody noted it.
      Artifact lost = killed.step();
      complete(task(noted));
      assertThat(Files.readString(file)).as("killed after " + steps).isEqualTo(whole);
      if (lost.getState() == ArtifactState.COMPLETE) {
        assertThat(steps).isGreaterThan(5);
      }
    }
  }

  @Test
  void an_upload_that_is_gone_is_begun_again() throws IOException {
    Artifact noted = task(null).step();
    noted.setUploadId("00000000-0000-0000-0000-000000000000");
    complete(task(noted));

    assertThat(Files.readAllLines(file)).hasSize(66);
  }

  private void complete(ArtifactTask task) throws IOException {
    while (task.step().getState() != ArtifactState.COMPLETE) {
      assertThat(task.key()).isEqualTo("42/1/results.jsonl");
    }
  }

  private ArtifactTask task(Artifact progress) {
    Artifact copy = progress == null ? null : Artifact.newBuilder(progress).build();
    return new ArtifactTask(job, ArtifactFile.RESULTS, content, store, clock, PART, copy);
  }
}
