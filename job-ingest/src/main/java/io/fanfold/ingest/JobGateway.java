package io.fanfold.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.ingest.dialect.Jobs;
import io.fanfold.kit.JobJson;
import io.fanfold.kit.JobStates;
import io.fanfold.kit.Json;
import io.fanfold.kit.Problem;
import io.fanfold.kit.ProblemException;
import io.fanfold.schemas.CommandType;
import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.JobSubmission;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** The native API's parts, for dialects, which wait. */
final class JobGateway implements Jobs {

  private static final int PATIENCE_SECONDS = 30;

  private final JobAcceptance acceptance;
  private final JobActions actions;
  private final FeatureOffers offers;
  private final LookupProxy lookups;

  JobGateway(
      JobAcceptance acceptance, JobActions actions, FeatureOffers offers, LookupProxy lookups) {
    this.acceptance = acceptance;
    this.actions = actions;
    this.offers = offers;
    this.lookups = lookups;
  }

  @Override
  public Map<String, FeatureOffer> features() {
    return offers.byName();
  }

  @Override
  public Accepted submit(JobSubmission submission) {
    JobAcceptance.Accepted accepted =
        await(acceptance.accept(submission), "Kafka did not take the job; it may be sent again");
    var job = JobJson.of(JobStates.queued(accepted.job()), accepted.job().getCreatedAt());
    // Through bytes, so that a request within it can be looked into.
    return new Accepted(Json.parse(Json.bytes(job)), accepted.replayed());
  }

  @Override
  public Optional<JsonNode> find(String project, String dialect, long id) {
    return lookup("v1/jobs/" + id, project, Map.of())
        .filter(job -> dialect.equals(job.path("dialect").path("name").textValue()));
  }

  @Override
  public JsonNode list(String project, String dialect, Map<String, String> query) {
    var scoped = new LinkedHashMap<>(query);
    scoped.put("dialect", dialect);
    return found(lookup("v1/jobs", project, scoped));
  }

  @Override
  public JsonNode items(String project, long id, Map<String, String> query) {
    return found(lookup("v1/jobs/" + id + "/items", project, query));
  }

  @Override
  public JsonNode batches(String project, long id, Map<String, String> query) {
    return found(lookup("v1/jobs/" + id + "/batches", project, query));
  }

  @Override
  public JsonNode artifacts(String project, long id) {
    return found(lookup("v1/jobs/" + id + "/artifacts", project, Map.of()));
  }

  @Override
  public Optional<InputStream> artifact(String project, long id, String name) {
    ServiceAnswer<InputStream> response =
        await(lookups.stream("v1/jobs/%d/artifacts/%s".formatted(id, escaped(name)), project));
    if (response.status() == 200) {
      return Optional.of(response.body());
    }
    try (InputStream body = response.body()) {
      return refused(response.status(), body.readAllBytes());
    } catch (IOException e) {
      throw unreachable();
    }
  }

  @Override
  public void cancel(String project, long id) {
    command(project, id, CommandType.CANCEL);
  }

  @Override
  public void delete(String project, long id) {
    command(project, id, CommandType.DELETE);
  }

  private void command(String project, long id, CommandType type) {
    await(
        actions.command(project, id, type), "Kafka did not take the command; it may be sent again");
  }

  private Optional<JsonNode> lookup(String path, String project, Map<String, String> query) {
    String target =
        query.isEmpty()
            ? path
            : query.entrySet().stream()
                .map(entry -> escaped(entry.getKey()) + "=" + escaped(entry.getValue()))
                .collect(Collectors.joining("&", path + "?", ""));
    ServiceAnswer<byte[]> response = await(lookups.get(target, project));
    return response.status() == 200
        ? Optional.of(Json.parse(response.body()))
        : refused(response.status(), response.body());
  }

  private static <T> Optional<T> refused(int status, byte[] body) {
    if (status == 404) {
      return Optional.empty();
    }
    JsonNode problem = Json.parse(body);
    throw Problem.of(
            status,
            problem.path("code").asText("UNAVAILABLE"),
            problem.path("title").asText(),
            problem.path("detail").asText())
        .exception();
  }

  private static JsonNode found(Optional<JsonNode> answer) {
    return answer.orElseThrow(() -> Problem.notFound("There is no such job").exception());
  }

  private static <T> ServiceAnswer<T> await(CompletableFuture<ServiceAnswer<T>> answer) {
    return await(answer, "the lookups cannot be reached");
  }

  private static <T> T await(CompletableFuture<T> answer, String else503) {
    try {
      return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ProblemException problem) {
        throw problem;
      }
      throw Problem.unavailable(else503).exception();
    } catch (TimeoutException e) {
      throw Problem.unavailable(else503).exception();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.unavailable("the service is stopping").exception();
    }
  }

  private static ProblemException unreachable() {
    return Problem.unavailable("the lookups cannot be reached").exception();
  }

  private static String escaped(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
