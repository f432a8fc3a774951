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

/** What became of events, and what can be done about it. */
final class DeliveryCommands {

  private DeliveryCommands() {}

  private static ObjectNode target(String endpoint) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    return endpoint == null ? json : json.put("endpointId", endpoint);
  }

  private static void accepted(
      Terminal terminal, ServerOptions server, JsonNode answer, String line) {
    if (server.json()) {
      terminal.json(answer);
    } else {
      terminal.line(line);
    }
  }

  @Command(
      name = "attempts",
      mixinStandardHelpOptions = true,
      description = "List the attempts at an endpoint, or those of a job's events, newest first.")
  static final class Attempts implements Callable<Integer> {

    private final Terminal terminal;

    @Spec private CommandSpec spec;
    @Mixin private ServerOptions server;

    @Parameters(paramLabel = "ENDPOINT", arity = "0..1", description = "The endpoint's id.")
    private String id;

    @Option(names = "--job", paramLabel = "ID", description = "A job's id instead.")
    private Long job;

    @Option(
        names = "--outcome",
        paramLabel = "OUTCOME",
        description = "Only those that led to this: ${COMPLETION-CANDIDATES}.")
    private Outcome outcome;

    @Option(
        names = "--since",
        paramLabel = "TIME",
        description = "Only newer ones, " + Times.FORM + ".")
    private String since;

    @Option(
        names = "--limit",
        paramLabel = "N",
        defaultValue = "100",
        description = "At most this many (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(
        names = "--cursor",
        paramLabel = "CURSOR",
        description = "Go on where an earlier page ended, which says how.")
    private String cursor;

    Attempts(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
      if ((id == null) == (job == null)) {
        throw new ParameterException(
            spec.commandLine(), "either an ENDPOINT or a --job is needed, and not both");
      }
      ListQuery query =
          new ListQuery()
              .add("--outcome", "outcome", outcome)
              .add("--since", "since", Times.instant(spec, "--since", since));
      if (job != null && !query.isEmpty()) {
        throw new ParameterException(
            spec.commandLine(), "--outcome and --since are for an endpoint's attempts");
      }
      String page =
          "?limit=%d%s%s"
              .formatted(
                  limit,
                  cursor == null ? "" : "&cursor=" + ListQuery.encoded(cursor),
                  query.parameters());
      WebhooksClient client = server.webhooks(terminal);
      JsonNode answer = id == null ? client.attemptsOfJob(job, page) : client.attempts(id, page);
      if (server.json()) {
        terminal.json(answer);
        return ExitCode.OK;
      }
      if (answer.path("attempts").isEmpty()) {
        terminal.note("no attempts");
      }
      answer.path("attempts").forEach(attempt -> terminal.line(WebhookText.attempt(attempt)));
      if (answer.hasNonNull("nextCursor")) {
        terminal.note(
            "more: fanfold webhooks attempts %s%s --cursor %s"
                .formatted(
                    id == null ? "--job " + job : id,
                    query.arguments(),
                    answer.path("nextCursor").asText()));
      }
      return ExitCode.OK;
    }

    /** As the server calls them. */
    private enum Outcome {
      DELIVERED,
      RETRY,
      GIVEN_UP,
      CANCELED
    }
  }

  @Command(
      name = "event",
      mixinStandardHelpOptions = true,
      description = "Show what became of an event, at each receiver.")
  static final class Event implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin private ServerOptions server;

    @Parameters(paramLabel = "EVENT", description = "The event's id.")
    private String id;

    Event(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
      JsonNode event = server.webhooks(terminal).event(id);
      if (server.json()) {
        terminal.json(event);
        return ExitCode.OK;
      }
      terminal.line(
          event.path("id").asText()
              + "  "
              + event.path("type").asText()
              + (event.hasNonNull("jobId") ? "  job " + event.path("jobId").asText() : ""));
      event.path("deliveries").forEach(each -> terminal.line(WebhookText.delivery(each)));
      event.path("attempts").forEach(each -> terminal.line(WebhookText.attempt(each)));
      return ExitCode.OK;
    }
  }

  @Command(
      name = "replay",
      mixinStandardHelpOptions = true,
      description = "Post an event again, under the same id and with the same body.")
  static final class Replay implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin private ServerOptions server;

    @Parameters(paramLabel = "EVENT", description = "The event's id.")
    private String id;

    @Option(
        names = "--endpoint",
        paramLabel = "ENDPOINT",
        description = "To this receiver only; 'inline' is the one that came with the job.")
    private String endpoint;

    Replay(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
      JsonNode answer = server.webhooks(terminal).replay(id, target(endpoint));
      accepted(terminal, server, answer, "event " + id + " is to be posted again");
      return ExitCode.OK;
    }
  }

  @Command(
      name = "recover",
      mixinStandardHelpOptions = true,
      description = "Post again what was given up for an endpoint.")
  static final class Recover implements Callable<Integer> {

    private final Terminal terminal;

    @Spec private CommandSpec spec;
    @Mixin private ServerOptions server;

    @Parameters(paramLabel = "ENDPOINT", description = "The endpoint's id.")
    private String id;

    @Option(
        names = "--since",
        required = true,
        paramLabel = "TIME",
        description = "Events of this time or later, " + Times.FORM + ".")
    private String since;

    Recover(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
      ObjectNode json = new ObjectMapper().createObjectNode();
      json.put("since", Times.instant(spec, "--since", since));
      JsonNode answer = server.webhooks(terminal).recover(id, json);
      accepted(terminal, server, answer, "what was given up for " + id + " is to be posted again");
      return ExitCode.OK;
    }
  }

  @Command(
      name = "cancel",
      mixinStandardHelpOptions = true,
      description = "Give up what is pending, of an endpoint or of an event.")
  static final class Cancel implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin private ServerOptions server;

    @Parameters(paramLabel = "ENDPOINT|EVENT", description = "The id of either.")
    private String id;

    @Option(
        names = "--endpoint",
        paramLabel = "ENDPOINT",
        description = "Of an event, at this receiver only.")
    private String endpoint;

    Cancel(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
      WebhooksClient client = server.webhooks(terminal);
      JsonNode answer =
          id.startsWith("evt_")
              ? client.cancelEvent(id, target(endpoint))
              : client.cancelEndpoint(id);
      accepted(terminal, server, answer, "what is pending of " + id + " is to be given up");
      return ExitCode.OK;
    }
  }
}
