package io.fanfold.ingest.dialect.rekognition;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.JobFiles;
import io.fanfold.schemas.Artifact;
import io.fanfold.schemas.ArtifactState;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class WrittenFilesTest {

  private final WrittenFiles files = new WrittenFiles();

  @Test
  void they_are_there_when_both_are_complete() {
    tell(1, JobFiles.REKOGNITION_RESULTS, ArtifactState.COMPLETE);
    tell(1, JobFiles.REKOGNITION_SUMMARY, ArtifactState.WRITING);
    assertThat(files.of(42, 1).areThere()).isFalse();

    tell(1, JobFiles.REKOGNITION_SUMMARY, ArtifactState.COMPLETE);

    assertThat(files.of(42, 1).areThere()).isTrue();
    assertThat(files.of(43, 1).areThere()).isFalse();
  }

  @Test
  void the_native_files_are_not_waited_for() {
    tell(1, "results.jsonl", ArtifactState.COMPLETE);
    tell(1, "manifest-summary.json", ArtifactState.FAILED);

    assertThat(files.of(42, 1).areThere()).isFalse();
    assertThat(files.of(42, 1).error()).isNull();
  }

  @Test
  void what_is_written_again_is_there_meanwhile() {
    complete(1);
    tell(1, JobFiles.REKOGNITION_RESULTS, ArtifactState.WRITING);

    assertThat(files.of(42, 1).areThere()).isTrue();
  }

  @Test
  void files_of_an_attempt_say_nothing_of_the_next() {
    complete(1);
    assertThat(files.of(42, 2).areThere()).isFalse();

    tell(2, JobFiles.REKOGNITION_RESULTS, ArtifactState.WRITING);
    tell(1, JobFiles.REKOGNITION_SUMMARY, ArtifactState.COMPLETE);
    assertThat(files.of(42, 2).areThere()).isFalse();
    complete(2);
    assertThat(files.of(42, 2).areThere()).isTrue();
  }

  @Test
  void a_failure_holds_until_both_could_be_written() {
    tell(1, JobFiles.REKOGNITION_RESULTS, ArtifactState.FAILED);
    tell(1, JobFiles.REKOGNITION_SUMMARY, ArtifactState.COMPLETE);
    assertThat(files.of(42, 1).error()).isEqualTo("no such bucket");

    tell(1, JobFiles.REKOGNITION_RESULTS, ArtifactState.COMPLETE);

    assertThat(files.of(42, 1).areThere()).isTrue();
    assertThat(files.of(42, 1).error()).isNull();
  }

  @Test
  void a_deleted_job_is_forgotten() {
    complete(1);
    files.record("42/1/" + JobFiles.REKOGNITION_RESULTS, null, 0);

    assertThat(files.of(42, 1).areThere()).isFalse();
  }

  private void complete(int attempt) {
    tell(attempt, JobFiles.REKOGNITION_RESULTS, ArtifactState.COMPLETE);
    tell(attempt, JobFiles.REKOGNITION_SUMMARY, ArtifactState.COMPLETE);
  }

  private void tell(int attempt, String name, ArtifactState state) {
    var artifact =
        Artifact.newBuilder()
            .setJobId(42)
            .setProject("team")
            .setAttempt(attempt)
            .setName(name)
            .setMediaType("application/json")
            .setUri("s3://out/42/" + name)
            .setState(state)
            .setError(state == ArtifactState.FAILED ? "no such bucket" : null)
            .setUpdatedAt(Instant.EPOCH)
            .build();
    files.record("42/" + attempt + "/" + name, artifact, 0);
  }
}
