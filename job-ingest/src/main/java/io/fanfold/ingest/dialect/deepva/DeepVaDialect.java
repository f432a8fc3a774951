package io.fanfold.ingest.dialect.deepva;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.ingest.dialect.Dialect;
import io.fanfold.ingest.dialect.DialectParts;
import io.fanfold.ingest.dialect.JobUuids;
import io.fanfold.ingest.dialect.Jobs;
import io.fanfold.ingest.dialect.Keys;
import io.fanfold.ingest.dialect.Route;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Json;
import io.fanfold.kit.Problem;
import io.fanfold.kit.ProblemException;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;

/** DeepVA Visual Mining Jobs, for pictures. */
public final class DeepVaDialect implements Dialect {

  public static final String NAME = "deepva";

  static final String KEYS = "deepva.keys";
  static final String STORAGE_PREFIX = "deepva.storage.prefix";
  static final String PUBLIC_URL = "deepva.public.url";
  static final String WEBHOOK_SECRET = "deepva.webhook.secret";
  static final String WEBHOOK_SECRETS = "deepva.webhook.secrets";

  // The dispatcher posts a mebibyte at most, the envelope not counted.
  private static final int MAX_WEBHOOK_BYTES = 1024 * 1024;

  private static final String SCHEME = "Key ";
  private static final List<String> PREFIXES = List.of("/v1", "/api/v1");

  private final Jobs jobs;
  private final JobList list;
  private final JobBody body;
  private final Keys keys;
  private final boolean open;
  private final String publicUrl;

  /** Reads the configuration; nothing is called yet. */
  public DeepVaDialect(DialectParts parts) {
    var config = parts.config();
    this.jobs = parts.jobs();
    this.list = new JobList(parts.jobs());
    this.body =
        new JobBody(
            new Sources(config.getString(STORAGE_PREFIX)),
            WebhookSecrets.parse(
                config.getPassword(WEBHOOK_SECRET), config.getPassword(WEBHOOK_SECRETS)));
    this.keys = Keys.parse(KEYS, config.getPassword(KEYS));
    this.open = parts.open();
    this.publicUrl = config.getString(PUBLIC_URL).replaceAll("/+$", "");
  }

  /** Its configuration keys. */
  public static ConfigDef define(ConfigDef definition) {
    return definition
        .define(
            KEYS,
            Type.PASSWORD,
            "",
            Importance.MEDIUM,
            "API keys of the DeepVA dialect as PROJECT:KEY, comma-separated.")
        .define(
            STORAGE_PREFIX,
            Type.STRING,
            "",
            Importance.LOW,
            "What a source storage://ID of the DeepVA dialect stands for, before the ID, as in"
                + " s3://bucket/; such sources are refused when empty.")
        .define(
            PUBLIC_URL,
            Type.STRING,
            "",
            Importance.LOW,
            "Where clients of the DeepVA dialect reach it, without a path, for links in its"
                + " answers; when empty, the host of each request.")
        .define(
            WEBHOOK_SECRET,
            Type.PASSWORD,
            "",
            Importance.MEDIUM,
            "Signs webhooks of the DeepVA dialect, for projects without a secret of their own;"
                + " unsigned when empty.")
        .define(
            WEBHOOK_SECRETS,
            Type.PASSWORD,
            "",
            Importance.LOW,
            "Secrets of given projects for webhooks of the DeepVA dialect, as PROJECT:SECRET,"
                + " comma-separated.");
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Route> routes() {
    var routes = new ArrayList<Route>();
    for (String prefix : PREFIXES) {
      String job = prefix + "/jobs/{id}";
      routes.add(Route.get(prefix + "/jobs", this::list));
      routes.add(Route.post(prefix + "/jobs", this::create));
      routes.add(Route.get(job, this::get));
      routes.add(Route.delete(job, this::delete));
      routes.add(Route.post(job + "/stop", this::stop));
      routes.add(Route.get(job + "/summarized-results", this::summarized));
      routes.add(Route.get(job + "/detailed-results", this::detailed));
      routes.add(Route.get(job + "/artifacts", this::artifacts));
      routes.add(Route.get(job + "/artifacts/{artifact}/file", this::file));
    }
    return routes;
  }

  /** The native API has some of the same paths, and no such credentials. */
  @Override
  public boolean claims(Context context) {
    String given = context.header("Authorization");
    return given != null && given.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
  }

  @Override
  public void refuse(Context context, Problem problem) {
    switch (problem.status()) {
      case 401 -> context.header("WWW-Authenticate", SCHEME.strip());
      case 429, 503 -> context.header("Retry-After", "1");
      default -> {}
    }
    HttpApi.json(context, problem.status(), Refusal.json(problem));
  }

  @Override
  public Optional<JsonNode> webhookBody(JsonNode job) {
    String base = JobView.request(job).path("base").asText("");
    Results results = list.results(job.path("project").asText(), job);
    return Optional.of(JobView.within(MAX_WEBHOOK_BYTES, job, results, base));
  }

  private void create(Context context) {
    String project = project(context);
    JsonNode asked = Json.parse(context.bodyAsBytes());
    String base = base(context);
    JsonNode job = jobs.submit(body.read(asked, project, base)).job();
    HttpApi.json(context, 201, JobView.of(job, list.results(project, job), base));
  }

  private void list(Context context) {
    String project = project(context);
    HttpApi.json(
        context,
        200,
        list.page(
            project,
            Page.of(context),
            context.queryParam("search"),
            context.queryParam("tag"),
            base(context)));
  }

  private void get(Context context) {
    String project = project(context);
    JsonNode job = job(context, project);
    HttpApi.json(context, 200, JobView.of(job, list.results(project, job), base(context)));
  }

  private void delete(Context context) {
    String project = project(context);
    jobs.delete(project, job(context, project).path("id").longValue());
    context.status(204);
  }

  private void stop(Context context) {
    String project = project(context);
    JsonNode job = job(context, project);
    jobs.cancel(project, job.path("id").longValue());
    HttpApi.json(context, 202, JobView.of(job, list.results(project, job), base(context)));
  }

  private void summarized(Context context) {
    String project = project(context);
    JsonNode job = job(context, project);
    String url = base(context) + "/jobs/" + JobView.id(job) + "/summarized-results/";
    HttpApi.json(
        context, 200, Page.of(context).slice(list.results(project, job).summarized(), url));
  }

  private void detailed(Context context) {
    String project = project(context);
    JsonNode job = job(context, project);
    String url = base(context) + "/jobs/" + JobView.id(job) + "/detailed-results/";
    HttpApi.json(context, 200, Page.of(context).slice(list.results(project, job).detailed(), url));
  }

  private void artifacts(Context context) {
    String project = project(context);
    JsonNode job = job(context, project);
    String url = base(context) + "/jobs/" + JobView.id(job) + "/artifacts/";
    ObjectNode page =
        Page.of(context)
            .slice(
                new Artifacts(job, jobs.artifacts(project, job.path("id").longValue())).list(),
                url);
    HttpApi.json(context, 200, page);
  }

  private void file(Context context) {
    String project = project(context);
    JsonNode job = job(context, project);
    long id = job.path("id").longValue();
    JsonNode artifact =
        new Artifacts(job, jobs.artifacts(project, id))
            .named(context.pathParam("artifact"))
            .orElseThrow(DeepVaDialect::noArtifact);
    String name = artifact.path("name").asText();
    var content = jobs.artifact(project, id, name).orElseThrow(DeepVaDialect::noArtifact);
    context
        .contentType(artifact.path("mediaType").asText())
        .header("Content-Disposition", "attachment; filename=\"" + name + "\"")
        .result(content);
  }

  private JsonNode job(Context context, String project) {
    var id = JobUuids.parse(context.pathParam("id"));
    return (id.isEmpty() ? Optional.<JsonNode>empty() : jobs.find(project, NAME, id.getAsLong()))
        .orElseThrow(() -> Problem.notFound("There is no such job").exception());
  }

  /** Whose key it is. */
  private String project(Context context) {
    String given = context.header("Authorization");
    String key = claims(context) ? given.substring(SCHEME.length()).strip() : "";
    return Optional.of(key)
        .filter(present -> !present.isEmpty())
        .flatMap(
            present ->
                keys.project(present)
                    .or(() -> open ? Optional.of(HttpApi.DEFAULT_PROJECT) : Optional.empty()))
        .orElseThrow(DeepVaDialect::unauthorized);
  }

  private String base(Context context) {
    String prefix = context.path().startsWith("/api/") ? "/api/v1" : "/v1";
    return (publicUrl.isEmpty() ? context.scheme() + "://" + context.host() : publicUrl) + prefix;
  }

  private static ProblemException unauthorized() {
    return Problem.of(
            401, "UNAUTHORIZED", "Not authenticated", "Send Authorization: Key {api-key}.")
        .exception();
  }

  private static ProblemException noArtifact() {
    return Problem.notFound("There is no such artifact").exception();
  }
}
