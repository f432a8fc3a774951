package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What makes and changes endpoints. */
final class EndpointChangeCommands {

  private EndpointChangeCommands() {}

  /** As the server calls them. */
  private enum Signature {
    V1,
    V1A
  }

  /** The result is the secret alone, so that a script can take it; the rest is a remark. */
  private static void secret(Terminal terminal, JsonNode endpoint) {
    WebhookText.details(endpoint).forEach(terminal::note);
    if (endpoint.hasNonNull("secret")) {
      terminal.note("The secret, shown this once:");
      terminal.line(endpoint.path("secret").asText());
    } else {
      terminal.note("The public key:");
      terminal.line(endpoint.path("keys").path(0).path("publicKey").asText());
    }
  }

  private static void put(ObjectNode json, Signature signature) {
    if (signature != null) {
      json.put("signature", signature == Signature.V1 ? "v1" : "v1a");
    }
  }

  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      description = "Register a receiver of the project's events, and print its secret.")
  static final class Create implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin private ServerOptions server;
    @Mixin private EndpointOptions options;

    @Parameters(paramLabel = "URL", description = "Where events are posted.")
    private String url;

    @Option(
        names = "--signature",
        paramLabel = "SCHEME",
        description =
            "V1: HMAC-SHA256 with a secret, V1A: ed25519 with a public key (default: V1).")
    private Signature signature;

    Create(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
      ObjectNode json = new ObjectMapper().createObjectNode().put("url", url);
      options.addTo(json);
      put(json, signature);
      JsonNode endpoint = server.webhooks(terminal).create(json);
      if (server.json()) {
        terminal.json(endpoint);
      } else {
        secret(terminal, endpoint);
      }
      return ExitCode.OK;
    }
  }

  @Command(
      name = "update",
      mixinStandardHelpOptions = true,
      description = "Change what is named of an endpoint.")
  static final class Update implements Callable<Integer> {

    private final Terminal terminal;

    @Spec private CommandSpec spec;
    @Mixin private ServerOptions server;
    @Mixin private EndpointOptions options;

    @Parameters(paramLabel = "ENDPOINT", description = "The endpoint's id.")
    private String id;

    @Option(names = "--endpoint-url", paramLabel = "URL", description = "Where events are posted.")
    private String url;

    @Option(
        names = "--enabled",
        negatable = true,
        description = "Whether anything is posted; --no-enabled stops it.")
    private Boolean enabled;

    @Option(
        names = "--remove-header",
        paramLabel = "NAME",
        description = "Send this header no more; may be repeated.")
    private java.util.List<String> removed = java.util.List.of();

    Update(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
      ObjectNode patch = new ObjectMapper().createObjectNode();
      if (url != null) {
        patch.put("url", url);
      }
      if (enabled != null) {
        patch.put("enabled", enabled);
      }
      options.addTo(patch);
      if (!removed.isEmpty()) {
        var headers = patch.withObject("/headers");
        removed.forEach(headers::putNull);
      }
      if (patch.isEmpty()) {
        throw new ParameterException(spec.commandLine(), "nothing to change is given");
      }
      JsonNode endpoint = server.webhooks(terminal).update(id, patch);
      if (server.json()) {
        terminal.json(endpoint);
      } else {
        WebhookText.details(endpoint).forEach(terminal::line);
      }
      return ExitCode.OK;
    }
  }

  @Command(
      name = "rotate",
      mixinStandardHelpOptions = true,
      description = "Give an endpoint a new secret, and print it; the old one signs for a while.")
  static final class Rotate implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin private ServerOptions server;

    @Parameters(paramLabel = "ENDPOINT", description = "The endpoint's id.")
    private String id;

    @Option(
        names = "--overlap",
        paramLabel = "SECONDS",
        description = "How long the old one still signs (default: 86400).")
    private Integer overlap;

    @Option(
        names = "--signature",
        paramLabel = "SCHEME",
        description = "V1 or V1A (default: as before).")
    private Signature signature;

    Rotate(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
      ObjectNode how = new ObjectMapper().createObjectNode();
      if (overlap != null) {
        how.put("overlapSeconds", overlap);
      }
      put(how, signature);
      JsonNode endpoint = server.webhooks(terminal).rotate(id, how);
      if (server.json()) {
        terminal.json(endpoint);
      } else {
        secret(terminal, endpoint);
      }
      return ExitCode.OK;
    }
  }
}
