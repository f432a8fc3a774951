package io.fanfold.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Json;
import io.fanfold.kit.JsonBody;
import io.fanfold.kit.Problem;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.schemas.WebhookEndpoint;
import io.javalin.http.Context;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The endpoints of a project over HTTP: make, list, show, change and remove. */
final class EndpointsApi {

  /** Every event of a project looks at each of them. */
  static final int MAX_ENDPOINTS = 100;

  private static final int MAX_TRIES = 5;

  private final EndpointsView view;
  private final EndpointChanges changes;
  private final EndpointDrafts drafts;
  private final Clock clock;

  EndpointsApi(EndpointsView view, EndpointChanges changes, EndpointDrafts drafts, Clock clock) {
    this.view = view;
    this.changes = changes;
    this.drafts = drafts;
    this.clock = clock;
  }

  void create(Context context) {
    JsonNode body = JsonBody.read(context);
    String project = HttpApi.project(context);
    requireCaughtUp();
    if (view.of(project).size() >= MAX_ENDPOINTS) {
      throw Problem.of(
              409,
              "TOO_MANY_ENDPOINTS",
              "There are too many endpoints",
              "A project has at most " + MAX_ENDPOINTS + " endpoints.")
          .exception();
    }
    EndpointDrafts.Draft draft = drafts.create(body, project);
    Answers.later(
        context,
        changes
            .put(draft.endpoint(), 0)
            .thenAccept(
                made -> {
                  // Nobody else makes one of a fresh id.
                  WebhookEndpoint endpoint = made.orElse(draft.endpoint());
                  context.header("Location", "/v1/webhooks/endpoints/" + endpoint.getId());
                  answer(context, 201, endpoint, draft);
                }));
  }

  void list(Context context) {
    requireCaughtUp();
    String project = HttpApi.project(context);
    int limit = HttpApi.intParam(context, "limit", MAX_ENDPOINTS, 1, 1_000);
    int offset = HttpApi.intParam(context, "offset", 0, 0, 1_000_000);
    List<WebhookEndpoint> all = view.of(project);
    ObjectNode json = Json.MAPPER.createObjectNode();
    var list = json.putArray("endpoints");
    all.stream()
        .skip(offset)
        .limit(limit)
        .forEach(endpoint -> list.add(EndpointJson.of(endpoint, clock.instant())));
    json.put("total", all.size());
    json.put("limit", limit);
    json.put("offset", offset);
    json.put("hasMore", offset + list.size() < all.size());
    HttpApi.json(context, 200, json);
  }

  void show(Context context) {
    answer(context, 200, found(context), null);
  }

  /** A merge patch (RFC 7396) of what the owner has said. */
  void change(Context context) {
    JsonNode patch = JsonBody.read(context);
    if (!patch.isObject()) {
      throw Problem.invalid(List.of(new FieldError("", "must be an object"))).exception();
    }
    change(
        context,
        endpoint -> new EndpointDrafts.Draft(drafts.changed(endpoint, patch), null),
        MAX_TRIES);
  }

  void rotate(Context context) {
    JsonNode body =
        context.bodyAsBytes().length == 0 ? Json.MAPPER.createObjectNode() : JsonBody.read(context);
    change(context, endpoint -> drafts.rotated(endpoint, body), MAX_TRIES);
  }

  void delete(Context context) {
    String project = HttpApi.project(context);
    WebhookEndpoint endpoint = found(context);
    Optional<Long> expected = expected(context, endpoint);
    Answers.later(
        context,
        changes
            .delete(project, endpoint.getId(), expected.orElse(null))
            .thenAccept(
                gone -> {
                  if (gone) {
                    context.status(204);
                  } else {
                    HttpApi.answer(context, versionChanged());
                  }
                }));
  }

  /**
   * The endpoint that the path names.
   *
   * @throws io.fanfold.kit.ProblemException 404 when the project has none of that id
   */
  WebhookEndpoint found(Context context) {
    return find(context, context.pathParam("id"));
  }

  /**
   * An endpoint of the request's project.
   *
   * @throws io.fanfold.kit.ProblemException 404 when the project has none of that id
   */
  WebhookEndpoint find(Context context, String id) {
    requireCaughtUp();
    return view.find(HttpApi.project(context), id)
        .orElseThrow(() -> Problem.notFound("There is no endpoint " + id).exception());
  }

  private interface Change {
    EndpointDrafts.Draft of(WebhookEndpoint endpoint);
  }

  /** Without an If-Match it is made again of whatever came between. */
  private void change(Context context, Change change, int tries) {
    WebhookEndpoint endpoint = found(context);
    boolean bound = expected(context, endpoint).isPresent();
    Answers.later(context, attempt(context, endpoint, change, bound ? 1 : tries));
  }

  private CompletableFuture<Void> attempt(
      Context context, WebhookEndpoint endpoint, Change change, int tries) {
    EndpointDrafts.Draft draft = change.of(endpoint);
    return changes
        .put(draft.endpoint(), endpoint.getVersion())
        .thenCompose(
            made -> {
              if (made.isPresent()) {
                answer(context, 200, made.get(), draft);
                return CompletableFuture.completedFuture(null);
              }
              if (tries > 1) {
                return attempt(context, found(context), change, tries - 1);
              }
              HttpApi.answer(context, versionChanged());
              return CompletableFuture.completedFuture(null);
            });
  }

  private void answer(
      Context context, int status, WebhookEndpoint endpoint, EndpointDrafts.Draft draft) {
    ObjectNode json = EndpointJson.of(endpoint, clock.instant());
    if (draft != null && draft.key() != null) {
      json.put("secret", draft.key().shown());
      // The one answer with a secret in it is nobody's to keep.
      context.header("Cache-Control", "no-store");
    }
    context.header("ETag", etag(endpoint));
    HttpApi.json(context, status, json);
  }

  /** The version an If-Match names, if there is one that names one. */
  private static Optional<Long> expected(Context context, WebhookEndpoint endpoint) {
    String given = context.header("If-Match");
    if (given == null || given.strip().equals("*")) {
      return Optional.empty();
    }
    var tags = new ArrayList<String>();
    for (String tag : given.split(",", -1)) {
      tags.add(tag.strip());
    }
    if (!tags.contains(etag(endpoint))) {
      throw versionChanged().exception();
    }
    return Optional.of(endpoint.getVersion());
  }

  private static String etag(WebhookEndpoint endpoint) {
    return "\"" + endpoint.getVersion() + "\"";
  }

  private static Problem versionChanged() {
    return Problem.of(
        412,
        "VERSION_CHANGED",
        "The endpoint has changed",
        "It has another version by now; read it and decide again.");
  }

  private void requireCaughtUp() {
    if (!view.isCaughtUp()) {
      throw Problem.unavailable("the service is starting").exception();
    }
  }
}
