package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What can be done with an endpoint without changing it. */
final class EndpointCommands {

  private EndpointCommands() {}

  @Command(name = "list", mixinStandardHelpOptions = true, description = "List the endpoints.")
  static final class List implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin private ServerOptions server;

    List(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
      JsonNode answer = server.webhooks(terminal).list();
      if (server.json()) {
        terminal.json(answer);
        return ExitCode.OK;
      }
      if (answer.path("endpoints").isEmpty()) {
        terminal.note("no endpoints");
      }
      answer.path("endpoints").forEach(endpoint -> terminal.line(WebhookText.row(endpoint)));
      return ExitCode.OK;
    }
  }

  @Command(name = "show", mixinStandardHelpOptions = true, description = "Show an endpoint.")
  static final class Show implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin private ServerOptions server;

    @Parameters(paramLabel = "ENDPOINT", description = "The endpoint's id.")
    private String id;

    Show(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
      JsonNode endpoint = server.webhooks(terminal).show(id);
      if (server.json()) {
        terminal.json(endpoint);
      } else {
        WebhookText.details(endpoint).forEach(terminal::line);
      }
      return ExitCode.OK;
    }
  }

  @Command(
      name = "delete",
      mixinStandardHelpOptions = true,
      description = "Remove an endpoint; its pending deliveries are given up.")
  static final class Delete implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin private ServerOptions server;

    @Parameters(paramLabel = "ENDPOINT", description = "The endpoint's id.")
    private String id;

    Delete(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
      JsonNode answer = server.webhooks(terminal).delete(id);
      if (server.json()) {
        terminal.json(answer);
      } else {
        terminal.line("endpoint " + id + " is removed");
      }
      return ExitCode.OK;
    }
  }

  @Command(
      name = "test",
      mixinStandardHelpOptions = true,
      description = "Post a webhook.test event to an endpoint.")
  static final class Test implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin private ServerOptions server;

    @Parameters(paramLabel = "ENDPOINT", description = "The endpoint's id.")
    private String id;

    Test(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
      JsonNode answer = server.webhooks(terminal).test(id);
      if (server.json()) {
        terminal.json(answer);
      } else {
        String event = answer.path("eventId").asText();
        terminal.line("event " + event + " is on its way");
        terminal.note("See what came of it: fanfold webhooks event " + event);
      }
      return ExitCode.OK;
    }
  }
}
