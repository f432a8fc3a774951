package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "batches",
    mixinStandardHelpOptions = true,
    description = "Show how far each batch of a job is.")
final class BatchesCommand implements Callable<Integer> {
  private static final String ROW = "%8s %7s %-10s %7s %9s %8s %8s  %-20s  %s";

  private final Terminal terminal;

  @Mixin private ServerOptions server;
  @Mixin private PageOptions page;

  @Parameters(paramLabel = "ID", description = "The job's id.")
  private long id;

  BatchesCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    JsonNode answer = server.client(terminal).batches(id, page.cursorQuery());
    if (server.json()) {
      terminal.json(answer);
      return ExitCode.OK;
    }
    JsonNode batches = answer.path("batches");
    if (batches.isEmpty()) {
      terminal.note("no batches");
    } else {
      terminal.line(
          ROW.formatted(
              "BATCH",
              "ATTEMPT",
              "STATE",
              "ITEMS",
              "SUCCEEDED",
              "FAILED",
              "CANCELED",
              "STARTED",
              "TOOK"));
      batches.forEach(batch -> terminal.line(row(batch)));
    }
    page.next(answer, batches.size())
        .ifPresent(next -> terminal.note("more: fanfold batches %d %s".formatted(id, next)));
    return ExitCode.OK;
  }

  private static String row(JsonNode batch) {
    return ROW.formatted(
            batch.path("index").asText(),
            batch.path("attempt").asText(),
            batch.path("state").asText(),
            batch.path("items").asText(),
            batch.path("succeeded").asText(),
            batch.path("failed").asText(),
            batch.path("canceled").asText(),
            batch.hasNonNull("startedAt")
                ? JobText.withoutFraction(batch.path("startedAt").asText())
                : "",
            batch.hasNonNull("durationMs") ? JobText.duration(batch.path("durationMs")) : "")
        .stripTrailing();
  }
}
