package io.fanfold.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Json;
import io.fanfold.kit.Problem;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.schemas.AttemptOutcome;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.WebhookEndpoint;
import io.fanfold.schemas.serde.SchemaRegistryUnavailableException;
import io.javalin.http.Context;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What became of events, over HTTP: by endpoint, by job, by event. */
final class AttemptsApi {

  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1_000;

  private final AttemptView attempts;
  private final BooleanSupplier caughtUp;
  private final EndpointsApi endpoints;

  /**
   * @param caughtUp whether the view has all that was there when it began
   */
  AttemptsApi(AttemptView attempts, BooleanSupplier caughtUp, EndpointsApi endpoints) {
    this.attempts = attempts;
    this.caughtUp = caughtUp;
    this.endpoints = endpoints;
  }

  void ofEndpoint(Context context) {
    WebhookEndpoint endpoint = endpoints.found(context);
    AttemptOutcome outcome = outcome(context);
    Instant since = since(context);
    Optional<String> after = cursor(context);
    int limit = HttpApi.intParam(context, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
    answer(
        context,
        lookup(
            () ->
                attempts.ofEndpoint(
                    endpoint.getProject(), endpoint.getId(), outcome, since, after, limit)));
  }

  /** A job without attempts, one of another project and one that never was look the same. */
  void ofJob(Context context) {
    String given = context.pathParam("id");
    String project = HttpApi.project(context);
    long job =
        JobIds.parse(given)
            .orElseThrow(() -> Problem.notFound("There is no job " + given).exception());
    Optional<String> after = cursor(context);
    int limit = HttpApi.intParam(context, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
    answer(context, lookup(() -> attempts.ofJob(project, job, after, limit)));
  }

  void event(Context context) {
    HttpApi.json(context, 200, AttemptJson.event(found(context)));
  }

  /**
   * The attempts of the event that the path names, newest first.
   *
   * @throws io.fanfold.kit.ProblemException 404 when the project has none
   */
  List<AttemptRow> found(Context context) {
    String project = HttpApi.project(context);
    String id = context.pathParam("eventId");
    // A slash could lead to other rows.
    List<AttemptRow> found =
        id.contains("/") ? List.of() : lookup(() -> attempts.ofEvent(project, id));
    if (found.isEmpty()) {
      throw Problem.notFound("There is no event " + id).exception();
    }
    return found;
  }

  private <T> T lookup(Supplier<T> lookup) {
    if (!caughtUp.getAsBoolean()) {
      throw Problem.unavailable("the log of attempts is being read").exception();
    }
    try {
      return lookup.get();
    } catch (SchemaRegistryUnavailableException e) {
      throw Problem.unavailable("the schema registry does not answer").exception();
    }
  }

  private static void answer(Context context, AttemptView.Page page) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    var list = json.putArray("attempts");
    page.rows().forEach(row -> list.add(AttemptJson.of(row.attempt())));
    json.put("hasMore", page.next().isPresent());
    json.put(
        "nextCursor",
        page.next()
            .map(
                next ->
                    Base64.getUrlEncoder().withoutPadding().encodeToString(next.getBytes(UTF_8)))
            .orElse(null));
    HttpApi.json(context, 200, json);
  }

  /**
   * A position in the list that the request names. It is not signed: it says nothing of whose list
   * it is, so one that was made up leads nowhere else.
   */
  private static Optional<String> cursor(Context context) {
    String given = context.queryParam("cursor");
    if (given == null) {
      return Optional.empty();
    }
    try {
      String position = new String(Base64.getUrlDecoder().decode(given), UTF_8);
      if (AttemptRow.POSITION.matcher(position).matches()) {
        return Optional.of(position);
      }
    } catch (IllegalArgumentException e) {
      // Answered as any other text that is no cursor.
    }
    throw new Problem(
            400,
            "INVALID_CURSOR",
            "The cursor is not valid here",
            "cursor is no cursor",
            List.of(new FieldError("cursor", "is no cursor")))
        .exception();
  }

  private static AttemptOutcome outcome(Context context) {
    String given = context.queryParam("outcome");
    if (given == null) {
      return null;
    }
    for (AttemptOutcome outcome : AttemptOutcome.values()) {
      if (outcome.name().equals(given)) {
        return outcome;
      }
    }
    throw invalid("outcome", "must be one of " + List.of(AttemptOutcome.values()));
  }

  private static Instant since(Context context) {
    String given = context.queryParam("since");
    if (given == null) {
      return null;
    }
    try {
      return OffsetDateTime.parse(given).toInstant();
    } catch (DateTimeException e) {
      throw invalid("since", "must be an ISO 8601 time with an offset, as in 2026-01-31T12:00:00Z");
    }
  }

  private static RuntimeException invalid(String field, String message) {
    return Problem.invalid(List.of(new FieldError(field, message))).exception();
  }
}
