package io.fanfold.aggregator.artifact;

import io.fanfold.kit.store.ObjectStore;
import io.fanfold.kit.store.ObjectUpload;
import io.fanfold.kit.store.StoreException;
import io.fanfold.schemas.Artifact;
import io.fanfold.schemas.ArtifactState;
import io.fanfold.schemas.JobState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Clock;

/** Writes one file of a job to its output location, a part at a time. */
final class ArtifactTask {

  /** Bytes of a part and so what is held in memory, give or take a line. */
  static final int PART_BYTES = 8 * 1024 * 1024;

  private final JobState job;
  private final ArtifactFile file;
  private final ArtifactContent content;
  private final ObjectStore store;
  private final Clock clock;
  private final int partBytes;
  private Artifact progress;
  private ObjectUpload upload;

  /**
   * @param progress how far another was with it, or null
   */
  ArtifactTask(
      JobState job,
      ArtifactFile file,
      ArtifactContent content,
      ObjectStore store,
      Clock clock,
      int partBytes,
      Artifact progress) {
    this.job = job;
    this.file = file;
    this.content = content;
    this.store = store;
    this.clock = clock;
    this.partBytes = partBytes;
    this.progress = progress;
  }

  /** The key of its records on the topic artifacts. */
  static String key(long jobId, int attempt, String name) {
    return jobId + "/" + attempt + "/" + name;
  }

  String key() {
    return key(job.getId(), job.getAttempt(), file.fileName());
  }

  /**
   * Writes the next part.
   *
   * @return how far it is now
   * @throws IOException when that failed; the next call goes on at the last part that is safe
   */
  Artifact step() throws IOException {
    try {
      progress = upload == null ? open() : part();
      return progress;
    } catch (IOException e) {
      upload = null;
      throw e;
    }
  }

  /** What is to be said of a file that cannot be written. */
  Artifact failed(IOException e) {
    Artifact failed = record(ArtifactState.FAILED, 0, 0);
    failed.setError(e.getMessage());
    return failed;
  }

  private Artifact open() throws IOException {
    if (progress != null && progress.getUploadId() != null) {
      var state =
          new ObjectUpload.State(progress.getUploadId(), progress.getParts(), progress.getBytes());
      try {
        upload = store.resume(progress.getUri(), state);
        return progress;
      } catch (StoreException e) {
        if (e.kind() != StoreException.Kind.NOT_FOUND) {
          throw e;
        }
        // It was completed but that was not noted, or it was thrown away: write it again.
      }
    }
    upload = store.begin(file.uri(job), file.mediaType());
    return record(ArtifactState.WRITING, 0, 0);
  }

  private Artifact part() throws IOException {
    var bytes = new ByteArrayOutputStream();
    long[] nextItem = {progress.getNextItem()};
    boolean all =
        content.write(
            job,
            file,
            progress.getNextItem(),
            progress.getBytes(),
            (piece, next) -> {
              bytes.write(piece);
              nextItem[0] = next;
              return bytes.size() < partBytes;
            });
    if (bytes.size() > 0) {
      upload.part(bytes.toByteArray());
    }
    if (!all) {
      return record(ArtifactState.WRITING, upload.state().bytes(), nextItem[0]);
    }
    upload.complete();
    return record(ArtifactState.COMPLETE, upload.state().bytes(), nextItem[0]);
  }

  private Artifact record(ArtifactState state, long bytes, long nextItem) {
    var record =
        Artifact.newBuilder()
            .setJobId(job.getId())
            .setProject(job.getProject())
            .setAttempt(job.getAttempt())
            .setName(file.fileName())
            .setMediaType(file.mediaType())
            .setUri(file.uri(job))
            .setState(state)
            .setBytes(bytes)
            .setNextItem(nextItem)
            .setUpdatedAt(clock.instant());
    if (state == ArtifactState.WRITING) {
      record.setUploadId(upload.state().id()).setParts(upload.state().parts());
    }
    return record.build();
  }
}
