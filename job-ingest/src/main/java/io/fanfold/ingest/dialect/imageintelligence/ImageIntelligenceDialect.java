package io.fanfold.ingest.dialect.imageintelligence;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.ingest.dialect.Dialect;
import io.fanfold.ingest.dialect.DialectParts;
import io.fanfold.ingest.dialect.JobUuids;
import io.fanfold.ingest.dialect.Jobs;
import io.fanfold.ingest.dialect.Keys;
import io.fanfold.ingest.dialect.Route;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Json;
import io.fanfold.kit.JsonFields;
import io.fanfold.kit.Problem;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.kit.ProblemException;
import io.javalin.http.Context;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/** ImageIntelligence match jobs. */
public final class ImageIntelligenceDialect implements Dialect {

  public static final String NAME = "imageintelligence";

  static final String CLIENTS = "imageintelligence.clients";
  static final String TOKEN_KEY = "imageintelligence.token.key";
  static final String WEBHOOK_SECRET = "imageintelligence.webhook.secret";

  private static final String SCHEME = "Bearer ";
  private static final String SCOPE = "match:create match:read";
  private static final int LEAST_KEY_CHARS = 16;
  private static final int RANDOM_KEY_BYTES = 32;

  private final Jobs jobs;
  private final Matches matches;
  private final MatchBody body;
  private final Keys clients;
  private final Tokens tokens;
  private final boolean open;

  /** Reads the configuration; nothing is called yet. */
  public ImageIntelligenceDialect(DialectParts parts) {
    var config = parts.config();
    String secret = config.getPassword(WEBHOOK_SECRET).value();
    this.jobs = parts.jobs();
    this.matches = new Matches(parts.jobs());
    this.body = new MatchBody(secret.isEmpty() ? null : secret);
    this.clients = Keys.parse(CLIENTS, config.getPassword(CLIENTS));
    this.tokens = new Tokens(key(config.getPassword(TOKEN_KEY)), parts.clock());
    this.open = parts.open();
  }

  /** Its configuration keys. */
  public static ConfigDef define(ConfigDef definition) {
    return definition
        .define(
            CLIENTS,
            Type.PASSWORD,
            "",
            Importance.MEDIUM,
            "Clients of the ImageIntelligence dialect as PROJECT:CLIENTID:CLIENTSECRET,"
                + " comma-separated.")
        .define(
            TOKEN_KEY,
            Type.PASSWORD,
            "",
            Importance.MEDIUM,
            "Signs access tokens of the ImageIntelligence dialect, 16 characters or more. When"
                + " empty it is made up at the start: tokens are good at one instance, until it"
                + " ends.")
        .define(
            WEBHOOK_SECRET,
            Type.PASSWORD,
            "",
            Importance.LOW,
            "Signs webhooks of the ImageIntelligence dialect; unsigned when empty.");
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.post("/v2/oauth/token", this::token),
        Route.post("/v2/match", this::create),
        Route.get("/v2/match", this::search),
        Route.get("/v2/match/{id}", this::get));
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
    return Optional.of(matches.view(job.path("project").asText(), job));
  }

  /** Bodies are JSON whatever they are announced as: the original's own example does not say. */
  private void token(Context context) {
    var errors = new ArrayList<FieldError>();
    var fields = new JsonFields(Json.parse(context.bodyAsBytes()), "", errors);
    String id = required(fields, "clientId", errors);
    String secret = required(fields, "clientSecret", errors);
    JsonFields.refuse(errors);
    String project =
        // A colon ends the id where clients are configured.
        Optional.of(id + ":" + secret)
            .filter(pair -> id.indexOf(':') < 0)
            .flatMap(clients::project)
            .or(this::anyone)
            .orElseThrow(() -> unauthorized("There is no such client, or not with that secret."));
    Tokens.Token token = tokens.issue(project);
    HttpApi.json(
        context,
        200,
        Json.MAPPER
            .createObjectNode()
            .put("accessToken", token.text())
            .put("expiresAt", token.expiresAt().toEpochMilli())
            .put("issuedAt", token.issuedAt().toEpochMilli())
            .put("orgName", project)
            .put("appName", id)
            .put("scope", SCOPE));
  }

  private void create(Context context) {
    String project = project(context);
    JsonNode asked = Json.parse(context.bodyAsBytes());
    JsonNode job = jobs.submit(body.read(asked, project)).job();
    HttpApi.json(context, 200, matches.view(project, job));
  }

  private void get(Context context) {
    String project = project(context);
    var id = JobUuids.parse(context.pathParam("id"));
    JsonNode job =
        (id.isEmpty() ? Optional.<JsonNode>empty() : jobs.find(project, NAME, id.getAsLong()))
            .orElseThrow(() -> Problem.notFound("There is no such job").exception());
    HttpApi.json(context, 200, matches.view(project, job));
  }

  private void search(Context context) {
    String project = project(context);
    var asked = new HashMap<String, String>();
    context.queryParamMap().forEach((name, values) -> asked.put(name, values.get(0)));
    HttpApi.json(context, 200, matches.search(project, asked));
  }

  /** Whose token it is. */
  private String project(Context context) {
    String given = context.header("Authorization");
    if (given == null
        || !given.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        || given.substring(SCHEME.length()).isBlank()) {
      throw unauthorized("Send Authorization: Bearer {accessToken}.");
    }
    return tokens
        .project(given.substring(SCHEME.length()).strip())
        .or(this::anyone)
        .orElseThrow(() -> unauthorized("The access token is not one, or has expired."));
  }

  private Optional<String> anyone() {
    return open ? Optional.of(HttpApi.DEFAULT_PROJECT) : Optional.empty();
  }

  private static String required(JsonFields fields, String name, List<FieldError> errors) {
    String text = fields.string(name);
    if (text == null || text.isBlank()) {
      errors.add(new FieldError(name, "is required"));
      return "";
    }
    return text;
  }

  private static byte[] key(Password configured) {
    if (configured.value().isEmpty()) {
      var key = new byte[RANDOM_KEY_BYTES];
      new SecureRandom().nextBytes(key);
      return key;
    }
    if (configured.value().length() < LEAST_KEY_CHARS) {
      throw new ConfigException(
          TOKEN_KEY, "[hidden]", "must be " + LEAST_KEY_CHARS + " characters or more");
    }
    return configured.value().getBytes(UTF_8);
  }

  private static ProblemException unauthorized(String detail) {
    return Problem.of(401, "UNAUTHORIZED", "Not authenticated", detail).exception();
  }
}
