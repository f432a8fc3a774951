package io.fanfold.aggregator.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.JobJson;
import io.fanfold.kit.Json;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.JobState;
import java.io.IOException;

/**
 * What stands in a job's files, as pieces that belong to an item each. The same job state and
 * results give the same bytes, so that writing can go on after any item.
 */
public final class ArtifactContent {

  private static final String SUMMARY_VERSION = "1.0";

  private final ItemReader items;
  private final ItemLine json;

  /** An item's result as HTTP shows it. */
  public interface ItemLine {

    /** A new object, which gets more members. */
    ObjectNode of(JobState job, ItemResult result, int attempt);
  }

  /** Takes the pieces of a file. */
  interface Sink {

    /**
     * @param bytes to append
     * @param nextItem position of the first item that is in no piece so far
     * @return false when no more is wanted for now
     */
    boolean accept(byte[] bytes, long nextItem) throws IOException;
  }

  public ArtifactContent(ItemReader items, ItemLine json) {
    this.items = items;
    this.json = json;
  }

  /**
   * Hands over what is left of a file.
   *
   * @param from the position that the last piece named; 0 for the whole file
   * @param written bytes of the pieces before
   * @return whether that was all of it
   */
  boolean write(JobState job, ArtifactFile file, long from, long written, Sink into)
      throws IOException {
    // The end of a file that does not end with an item is past the last of them.
    long end = job.getTotal() + 1;
    if (from == end) {
      return true;
    }
    if (file == ArtifactFile.SUMMARY) {
      into.accept(Json.bytes(summary(job)), end);
      return true;
    }
    if (file == ArtifactFile.MANIFEST_SUMMARY) {
      return manifestSummary(job, ManifestSummary.head(job), from, written, into);
    }
    if (file == ArtifactFile.REKOGNITION_SUMMARY) {
      return manifestSummary(job, ManifestSummary.rekognitionHead(job), from, written, into);
    }
    if (file == ArtifactFile.REKOGNITION_RESULTS) {
      return each(
          job,
          from,
          (result, attempt) ->
              result.getFailure() != null
                  || into.accept(line(RekognitionLine.of(job, result)), result.getIndex() + 1));
    }
    boolean failures = file == ArtifactFile.FAILURES;
    return each(
        job,
        from,
        (result, attempt) ->
            (result.getFailure() != null) != failures
                || into.accept(line(job, result, attempt), result.getIndex() + 1));
  }

  private boolean each(JobState job, long from, ItemReader.Sink into) throws IOException {
    boolean[] all = {true};
    if (from < job.getTotal()) {
      items.read(
          job,
          from,
          (result, attempt) -> {
            all[0] = into.accept(result, attempt);
            return all[0];
          });
    }
    return all[0];
  }

  private byte[] line(JobState job, ItemResult result, int attempt) {
    ObjectNode line = json.of(job, result, attempt);
    line.put("jobId", job.getId());
    line.put("line", result.getLine());
    return line(line);
  }

  /** The job as lookups show it, less what only matters while it runs. */
  private static ObjectNode summary(JobState job) {
    ObjectNode summary = JobJson.of(job, job.getUpdatedAt());
    summary.put("version", SUMMARY_VERSION);
    return summary;
  }

  private boolean manifestSummary(JobState job, byte[] head, long from, long written, Sink into)
      throws IOException {
    if (written == 0 && !into.accept(head, from)) {
      return false;
    }
    long[] bytes = {Math.max(written, head.length)};
    boolean all =
        each(
            job,
            from,
            (result, attempt) -> {
              if (!ManifestSummary.isError(result.getFailure())) {
                return true;
              }
              byte[] error = ManifestSummary.error(result, bytes[0] == head.length);
              bytes[0] += error.length;
              return into.accept(error, result.getIndex() + 1);
            });
    if (all) {
      into.accept(ManifestSummary.end(), job.getTotal() + 1);
    }
    return all;
  }

  private static byte[] line(JsonNode json) {
    return (new String(Json.bytes(json), UTF_8) + "\n").getBytes(UTF_8);
  }

  /** The files of a job as a listing shows them. */
  static ObjectNode listing(JobState job, boolean ended) {
    ObjectNode listing = Json.MAPPER.createObjectNode();
    ArrayNode files = listing.putArray("artifacts");
    if (ended) {
      for (ArtifactFile file : ArtifactFile.of(job)) {
        ObjectNode entry = files.addObject();
        entry.put("name", file.fileName());
        entry.put("mediaType", file.mediaType());
        entry.put("href", "/v1/jobs/" + job.getId() + "/artifacts/" + file.fileName());
        entry.put("uri", job.getOutputUri() == null ? null : file.uri(job));
      }
    }
    return listing;
  }
}
