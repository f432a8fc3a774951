package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "items",
    mixinStandardHelpOptions = true,
    description = "Show what was found in each item of a job, or why it failed.")
final class ItemsCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Mixin private ServerOptions server;
  @Mixin private PageOptions page;

  @Parameters(paramLabel = "ID", description = "The job's id.")
  private long id;

  @Option(names = "--failed", description = "Only items that failed.")
  private boolean failed;

  ItemsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    JsonNode answer =
        server
            .client(terminal)
            .items(
                id, page.limit(), page.offset(), failed ? Optional.of("failed") : Optional.empty());
    if (server.json()) {
      terminal.json(answer);
      return ExitCode.OK;
    }
    JsonNode items = answer.path("items");
    if (items.isEmpty()) {
      terminal.note(failed ? "no failed items" : "no items");
      return ExitCode.OK;
    }
    var text = new ItemText(terminal.directory());
    items.forEach(item -> text.block(item).forEach(terminal::line));
    int next = page.offset() + items.size();
    if (next < answer.path("total").asLong()) {
      terminal.note(
          "%d of %s; more: fanfold items %d%s --offset %d"
              .formatted(next, answer.path("total").asText(), id, failed ? " --failed" : "", next));
    }
    return ExitCode.OK;
  }
}
