package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "items",
    mixinStandardHelpOptions = true,
    description = "Show what was found in each item of a job, or why it failed.")
final class ItemsCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Spec private CommandSpec spec;
  @Mixin private ServerOptions server;
  @Mixin private PageOptions page;

  @Parameters(paramLabel = "ID", description = "The job's id.")
  private long id;

  @Option(names = "--failed", description = "Only items that failed; as --outcome failed.")
  private boolean failed;

  @Option(
      names = "--outcome",
      paramLabel = "OUTCOME",
      description = "Only items that are so: ${COMPLETION-CANDIDATES}.")
  private Outcome outcome;

  @Option(names = "--batch", paramLabel = "N", description = "Only items of this batch, 0 first.")
  private Integer batch;

  @Option(names = "--custom-id", paramLabel = "ID", description = "Only items of this custom id.")
  private String customId;

  @Option(names = "--from", paramLabel = "N", description = "Only items from this index on.")
  private Long from;

  @Option(names = "--to", paramLabel = "N", description = "Only items before this index.")
  private Long to;

  ItemsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    ListQuery query = query();
    JsonNode answer = server.client(terminal).items(id, page.query(query));
    if (server.json()) {
      terminal.json(answer);
      return ExitCode.OK;
    }
    JsonNode items = answer.path("items");
    if (items.isEmpty()) {
      terminal.note(failed ? "no failed items" : query.isEmpty() ? "no items" : "no such items");
    }
    var text = new ItemText(terminal.directory());
    items.forEach(item -> text.block(item).forEach(terminal::line));
    page.next(answer, items.size())
        .ifPresent(
            next ->
                terminal.note(
                    "%smore: fanfold items %d%s %s"
                        .formatted(position(answer, items.size()), id, query.arguments(), next)));
    return ExitCode.OK;
  }

  /** Pages by cursor do not say how many came before. */
  private String position(JsonNode answer, int shown) {
    return answer.hasNonNull("nextCursor") || !answer.hasNonNull("total")
        ? ""
        : "%d of %s; ".formatted(page.offset() + shown, answer.path("total").asText());
  }

  private ListQuery query() {
    if (failed && outcome != null) {
      throw new ParameterException(spec.commandLine(), "--failed and --outcome exclude each other");
    }
    var query = new ListQuery();
    if (failed) {
      query.addFlag("--failed", "outcome", Outcome.FAILED);
    }
    return query
        .add("--outcome", "outcome", outcome)
        .add("--batch", "batch", batch)
        .add("--custom-id", "customId", customId)
        .add("--from", "from", from)
        .add("--to", "to", to);
  }

  /** As the server calls them. */
  private enum Outcome {
    SUCCEEDED,
    FAILED,
    CANCELED,
    PENDING;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
