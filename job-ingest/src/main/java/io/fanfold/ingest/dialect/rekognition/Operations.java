package io.fanfold.ingest.dialect.rekognition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.ingest.dialect.Jobs;
import io.fanfold.kit.Json;
import io.fanfold.kit.JsonFields;
import io.fanfold.kit.Problem;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.kit.ProblemException;
import io.fanfold.schemas.JobIds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The three operations: a body and a project to an answer, or a problem. */
final class Operations {

  private static final int MAX_RESULTS = 100;
  private static final int MAX_TOKEN = 1_024;

  private final Jobs jobs;
  private final WrittenFiles files;
  private final BooleanSupplier filesKnown;

  /**
   * @param filesKnown whether all is told that was written before the start
   */
  Operations(Jobs jobs, WrittenFiles files, BooleanSupplier filesKnown) {
    this.jobs = jobs;
    this.files = files;
    this.filesKnown = filesKnown;
  }

  /** StartMediaAnalysisJob. */
  ObjectNode start(JsonNode body, String project) {
    Jobs.Accepted accepted = jobs.submit(StartRequest.read(body, project));
    return Json.MAPPER.createObjectNode().put("JobId", JobIds.key(accepted.id()));
  }

  /** GetMediaAnalysisJob. */
  ObjectNode get(JsonNode body, String project) {
    var errors = new ArrayList<FieldError>();
    var fields = new JsonFields(body, "", errors);
    String id = TextRule.JOB_ID.require(fields, "", "JobId", errors);
    fields.done();
    JsonFields.refuse(errors);
    long jobId = JobIds.parse(id).orElseThrow(Operations::notFound);
    Optional<JsonNode> job = jobs.find(project, RekognitionDialect.NAME, jobId);
    return shown(job.orElseThrow(Operations::notFound));
  }

  /** ListMediaAnalysisJobs: newest first. */
  ObjectNode list(JsonNode body, String project) {
    var errors = new ArrayList<FieldError>();
    var fields = new JsonFields(body, "", errors);
    Long limit = fields.integer("MaxResults");
    if (limit != null && (limit < 1 || limit > MAX_RESULTS)) {
      errors.add(new FieldError("MaxResults", "must be 1 to " + MAX_RESULTS));
    }
    String token = fields.string("NextToken");
    fields.done();
    JsonFields.refuse(errors);
    var query = new LinkedHashMap<String, String>();
    query.put("limit", Long.toString(limit == null ? MAX_RESULTS : limit));
    if (token != null) {
      if (token.isEmpty() || token.length() > MAX_TOKEN) {
        throw AwsError.refusal(
            AwsError.INVALID_PAGINATION_TOKEN,
            "NextToken must be 1 to " + MAX_TOKEN + " characters");
      }
      query.put("cursor", token);
    }
    JsonNode page = jobs.list(project, RekognitionDialect.NAME, query);
    ObjectNode answer = Json.MAPPER.createObjectNode();
    if (page.path("nextCursor").isTextual()) {
      answer.set("NextToken", page.get("nextCursor"));
    }
    ArrayNode list = answer.putArray("MediaAnalysisJobs");
    page.path("jobs").forEach(job -> list.add(shown(job)));
    return answer;
  }

  private ObjectNode shown(JsonNode job) {
    if (!filesKnown.getAsBoolean()) {
      // Otherwise a job that had succeeded would not have for a moment after a restart.
      throw Problem.unavailable("the service is starting; ask again").exception();
    }
    long id = job.path("id").asLong();
    return MediaAnalysisJob.of(job, files.of(id, job.path("attempt").asInt(1)));
  }

  private static ProblemException notFound() {
    return AwsError.refusal(AwsError.RESOURCE_NOT_FOUND, "There is no such media analysis job");
  }
}
