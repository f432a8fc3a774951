package io.fanfold.standalone.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.standalone.registry.RegistryRecord.Version;
import io.javalin.Javalin;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.CommonClientConfigs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A schema registry for Avro behind Confluent's REST API, kept in the Kafka topic {@code _schemas}
 * as Confluent's own is. Registering, looking up, reading and compatibility are all there;
 * deletion, references between schemas and other kinds of schemas are not. New versions must be
 * {@code BACKWARD} compatible unless configured otherwise.
 *
 * <p>Listens without authentication: give it a loopback host.
 */
public final class SchemaRegistryServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SchemaRegistryServer.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";

  private final SchemaStore store;
  private final Javalin http;

  SchemaRegistryServer(SchemaLog log, Compatibility level, String host, int port) {
    this.store = new SchemaStore(log, level);
    try {
      this.http =
          Javalin.create(
              config -> {
                config.startup.showJavalinBanner = false;
                config.jetty.host = host;
                config.jetty.port = port;
                addRoutes(config.routes);
              });
      http.start();
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /**
   * Reads the log and starts to listen.
   *
   * @param bootstrapServers the Kafka cluster to keep the schemas in
   * @param client further settings of the Kafka clients, such as {@code security.protocol}
   * @param host the address to listen on
   * @param port the port to listen on, 0 for any
   * @throws org.apache.kafka.common.KafkaException when the log cannot be read
   * @throws RuntimeException when the port is taken
   */
  public static SchemaRegistryServer start(
      String bootstrapServers, Map<String, ?> client, String host, int port) {
    var settings = new HashMap<String, Object>(client);
    settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    var server =
        new SchemaRegistryServer(new KafkaSchemaLog(settings), Compatibility.BACKWARD, host, port);
    LOG.info("The schema registry listens on {}:{}", host, server.port());
    return server;
  }

  /** The port it listens on. */
  public int port() {
    return http.port();
  }

  @Override
  public void close() {
    http.stop();
    store.close();
  }

  private void addRoutes(RoutesConfig routes) {
    routes.before(context -> context.contentType(MEDIA_TYPE));

    routes.get("/", context -> reply(context, JSON.createObjectNode()));
    routes.get("/schemas/types", context -> reply(context, JSON.createArrayNode().add("AVRO")));
    routes.get(
        "/schemas/ids/{id}",
        context ->
            reply(context, JSON.createObjectNode().put("schema", withId(context).get(0).schema())));
    routes.get(
        "/schemas/ids/{id}/schema", context -> context.result(withId(context).get(0).schema()));
    routes.get(
        "/schemas/ids/{id}/subjects",
        context -> {
          ArrayNode subjects = JSON.createArrayNode();
          withId(context).stream().map(Version::subject).distinct().forEach(subjects::add);
          reply(context, subjects);
        });
    routes.get(
        "/schemas/ids/{id}/versions",
        context -> {
          ArrayNode versions = JSON.createArrayNode();
          for (Version version : withId(context)) {
            versions
                .addObject()
                .put("subject", version.subject())
                .put("version", version.version());
          }
          reply(context, versions);
        });

    routes.get(
        "/subjects",
        context -> {
          String prefix = context.queryParam("subjectPrefix");
          ArrayNode subjects = JSON.createArrayNode();
          store.book().subjects().stream()
              .filter(subject -> prefix == null || subject.startsWith(prefix))
              .forEach(subjects::add);
          reply(context, subjects);
        });
    routes.post(
        "/subjects/{subject}",
        context -> {
          Version found =
              store.book().lookup(subject(context), schema(context), flag(context, "normalize"));
          reply(context, json(found));
        });
    routes.get(
        "/subjects/{subject}/versions",
        context -> {
          ArrayNode numbers = JSON.createArrayNode();
          store.book().versions(subject(context)).forEach(v -> numbers.add(v.version()));
          reply(context, numbers);
        });
    routes.post(
        "/subjects/{subject}/versions",
        context -> {
          Version version =
              store.register(subject(context), schema(context), flag(context, "normalize"));
          reply(context, JSON.createObjectNode().put("id", version.id()));
        });
    routes.get(
        "/subjects/{subject}/versions/{version}",
        context -> reply(context, json(version(context))));
    routes.get(
        "/subjects/{subject}/versions/{version}/schema",
        context -> context.result(version(context).schema()));

    routes.post(
        "/compatibility/subjects/{subject}/versions",
        context -> verdict(context, schema -> store.book().violations(subject(context), schema)));
    routes.post(
        "/compatibility/subjects/{subject}/versions/{version}",
        context ->
            verdict(
                context,
                schema ->
                    store
                        .book()
                        .violations(subject(context), context.pathParam("version"), schema)));

    routes.get("/config", context -> replyLevel(context, store.book().level()));
    routes.put("/config", context -> setLevel(context, null));
    routes.get(
        "/config/{subject}",
        context -> {
          SchemaBook book = store.book();
          String subject = subject(context);
          replyLevel(
              context,
              flag(context, "defaultToGlobal")
                  ? book.level(subject)
                  : book.ownLevel(subject)
                      .orElseThrow(() -> RegistryProblem.noSubjectCompatibility(subject)));
        });
    routes.put("/config/{subject}", context -> setLevel(context, subject(context)));
    routes.get("/mode", SchemaRegistryServer::replyMode);
    routes.get("/mode/{subject}", SchemaRegistryServer::replyMode);

    for (String path :
        List.of(
            "/subjects/{subject}",
            "/subjects/{subject}/versions/{version}",
            "/config",
            "/config/{subject}",
            "/mode/{subject}")) {
      routes.delete(
          path,
          context -> {
            throw RegistryProblem.notSupported("This registry does not delete.");
          });
    }
    for (String path : List.of("/mode", "/mode/{subject}")) {
      routes.put(
          path,
          context -> {
            throw RegistryProblem.notSupported("This registry has one mode, READWRITE.");
          });
    }

    routes.exception(
        RegistryProblem.class,
        (problem, context) ->
            replyProblem(context, problem.status(), problem.code(), problem.getMessage()));
    routes.exception(
        HttpResponseException.class,
        (problem, context) ->
            replyProblem(context, problem.getStatus(), problem.getStatus(), problem.getMessage()));
    routes.exception(
        Exception.class,
        (failure, context) -> {
          LOG.error("{} {} failed", context.method(), context.path(), failure);
          replyProblem(context, 500, 500, "Internal Server Error");
        });
  }

  private List<Version> withId(Context context) {
    String id = context.pathParam("id");
    try {
      return store.book().withId(Integer.parseInt(id));
    } catch (NumberFormatException e) {
      throw RegistryProblem.malformed("'%s' is no schema id".formatted(id));
    }
  }

  private Version version(Context context) {
    return store.book().version(subject(context), context.pathParam("version"));
  }

  private void setLevel(Context context, String subject) {
    String name = body(context).path("compatibility").asText();
    Compatibility level =
        Compatibility.parse(name).orElseThrow(() -> RegistryProblem.invalidCompatibility(name));
    store.setLevel(subject, level);
    reply(context, JSON.createObjectNode().put("compatibility", level.name()));
  }

  private static void verdict(Context context, Function<String, List<String>> check) {
    List<String> violations = check.apply(schema(context));
    ObjectNode verdict = JSON.createObjectNode().put("is_compatible", violations.isEmpty());
    if (flag(context, "verbose")) {
      ArrayNode messages = verdict.putArray("messages");
      violations.forEach(messages::add);
    }
    reply(context, verdict);
  }

  private static String subject(Context context) {
    return context.pathParam("subject");
  }

  private static String schema(Context context) {
    JsonNode body = body(context);
    String type = body.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO")) {
      throw RegistryProblem.invalidSchema("Schemas are AVRO here, not " + type);
    }
    if (!body.path("references").isEmpty()) {
      throw RegistryProblem.invalidSchema("References are not supported; resolve them first");
    }
    if (!body.path("schema").isTextual()) {
      throw RegistryProblem.invalidSchema("The request has no schema");
    }
    return body.path("schema").asText();
  }

  private static JsonNode body(Context context) {
    try {
      return JSON.readTree(context.bodyAsBytes());
    } catch (JsonProcessingException e) {
      throw RegistryProblem.malformed("The request is not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw RegistryProblem.malformed("The request cannot be read");
    }
  }

  private static boolean flag(Context context, String name) {
    return "true".equalsIgnoreCase(context.queryParam(name));
  }

  private static ObjectNode json(Version version) {
    return JSON.createObjectNode()
        .put("subject", version.subject())
        .put("version", version.version())
        .put("id", version.id())
        .put("schema", version.schema());
  }

  private static void replyLevel(Context context, Compatibility level) {
    reply(context, JSON.createObjectNode().put("compatibilityLevel", level.name()));
  }

  private static void replyMode(Context context) {
    reply(context, JSON.createObjectNode().put("mode", "READWRITE"));
  }

  private static void replyProblem(Context context, int status, int code, String message) {
    context.status(status);
    reply(context, JSON.createObjectNode().put("error_code", code).put("message", message));
  }

  private static void reply(Context context, JsonNode body) {
    context.contentType(MEDIA_TYPE).result(body.toString());
  }
}
