package io.fanfold.ingest.dialect.edgeimpulse;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.ingest.dialect.Dialect;
import io.fanfold.ingest.dialect.DialectParts;
import io.fanfold.ingest.dialect.Route;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Json;
import io.fanfold.kit.KafkaClients;
import io.fanfold.kit.LoopThread;
import io.fanfold.kit.Problem;
import io.fanfold.schemas.JobIds;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.websocket.WsHandlerType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;

/** Edge Impulse: samples of a project, classify jobs over them, their logs and results. */
public final class EdgeImpulseDialect implements Dialect {

  public static final String NAME = "edgeimpulse";

  /** The configuration key that says where uploaded samples are written. */
  public static final String SAMPLES_URI = Settings.SAMPLES_URI;

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Access access;
  private final SocketTokens tokens;
  private final JobSockets sockets;
  private final List<Route> routes = new ArrayList<>();

  /** Reads the configuration; nothing is called yet. */
  public EdgeImpulseDialect(DialectParts parts) {
    Settings settings = Settings.of(parts.config());
    var registry =
        new SampleRegistry(
            KafkaClients.reader(parts.config(), NAME + "-samples"),
            parts.codec(),
            parts.sender(),
            parts.clock(),
            PATIENCE);
    parts.service().add(new LoopThread(NAME + "-samples", registry, parts.service()::fail));
    var contents = SampleContents.of(settings.samplesUri(), parts.config(), parts.service());
    var ids = new JobIds(parts.clock(), parts.config().instance());
    var intake = new SampleIntake(settings, registry, contents, ids, parts.clock());
    var finder = new JobFinder(parts.jobs());
    this.access = new Access(settings.keys(), settings.open());
    this.tokens = new SocketTokens(settings.socketSecret(), parts.clock());
    this.sockets = parts.service().add(new JobSockets(tokens, finder, settings.maxSockets()));
    routes.addAll(new IngestionRoutes(access, intake).routes());
    routes.addAll(new RawDataRoutes(access, registry, intake).routes());
    routes.addAll(new JobRoutes(access, settings, registry, parts.jobs(), finder).routes());
    routes.addAll(new ResultRoutes(access, settings, registry, finder).routes());
    routes.add(Route.get("/v1/api/{projectId}/socket-token", this::socketToken));
  }

  /** Its configuration keys. */
  public static ConfigDef define(ConfigDef definition) {
    return Settings.define(definition);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Route> routes() {
    return List.copyOf(routes);
  }

  @Override
  public void more(RoutesConfig javalin) {
    javalin.addWsHandler(WsHandlerType.WEBSOCKET, "/socket.io/", sockets::configure);
  }

  /** The one form errors have; clients show the text. */
  @Override
  public void refuse(Context context, Problem problem) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("success", false);
    body.put("error", problem.detail());
    HttpApi.json(context, problem.status(), body);
  }

  private void socketToken(Context context) {
    SocketTokens.Token token = tokens.make(access.studio(context));
    ObjectNode body = JobRoutes.success();
    body.putObject("token")
        .put("socketToken", token.text())
        .put("expires", Times.text(token.expires()));
    HttpApi.json(context, 200, body);
  }
}
