package io.fanfold.ingest.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.JobSubmission;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;

/**
 * Jobs as dialects reach them. All calls wait for their answer, and throw a {@link
 * io.fanfold.kit.ProblemException}: 503 when Kafka or the lookups do not answer, and whatever the
 * native API would refuse. JSON is that of the native API; see its OpenAPI document.
 */
public interface Jobs {

  /**
   * A job that Kafka has.
   *
   * @param job as it was accepted
   * @param replayed whether its submission id had been used before, with the same content
   */
  record Accepted(JsonNode job, boolean replayed) {

    public long id() {
      return job.get("id").longValue();
    }
  }

  /** What workers offer, by feature name. */
  Map<String, FeatureOffer> features();

  /**
   * Checks a submission and produces it. One with a submission id is the same job whenever it is
   * sent; a 409 with the code {@code IDEMPOTENCY_CONFLICT} says that it stands for another one.
   */
  Accepted submit(JobSubmission submission);

  /** A job of a project that was submitted through a dialect; empty when there is none. */
  Optional<JsonNode> find(String project, String dialect, long id);

  /**
   * A page of {@code GET /v1/jobs} of those submitted through a dialect.
   *
   * @param query as there, unescaped
   */
  JsonNode list(String project, String dialect, Map<String, String> query);

  /** A page of {@code GET /v1/jobs/{id}/items}. */
  JsonNode items(String project, long id, Map<String, String> query);

  /** A page of {@code GET /v1/jobs/{id}/batches}. */
  JsonNode batches(String project, long id, Map<String, String> query);

  /** What {@code GET /v1/jobs/{id}/artifacts} answers. */
  JsonNode artifacts(String project, long id);

  /** An artifact's content, to be closed; empty when there is none of that name. */
  Optional<InputStream> artifact(String project, long id, String name);

  /** Has a job stopped; one that has ended stays as it is. */
  void cancel(String project, long id);

  /** Has a job removed. */
  void delete(String project, long id);
}
