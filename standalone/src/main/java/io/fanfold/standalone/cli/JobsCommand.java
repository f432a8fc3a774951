package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "jobs", mixinStandardHelpOptions = true, description = "List jobs, newest first.")
final class JobsCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Spec private CommandSpec spec;
  @Mixin private ServerOptions server;
  @Mixin private PageOptions page;

  @Option(names = "--status", paramLabel = "STATUS", description = "Only in this status.")
  private JobStatus status;

  @Option(names = "--name", paramLabel = "NAME", description = "Only of this name.")
  private String name;

  @Option(names = "--custom-id", paramLabel = "ID", description = "Only of this custom id.")
  private String customId;

  @Option(names = "--feed-id", paramLabel = "ID", description = "Only of this feed.")
  private String feedId;

  @Option(names = "--tag", paramLabel = "TAG", description = "Only with this tag.")
  private String tag;

  @Option(
      names = "--created-after",
      paramLabel = "TIME",
      description = "Only newer ones, " + Times.FORM + ".")
  private String createdAfter;

  @Option(names = "--created-before", paramLabel = "TIME", description = "Only older ones.")
  private String createdBefore;

  @Option(
      names = "--metadata",
      paramLabel = "KEY=VALUE",
      description = "Only with this metadata; may be repeated.")
  private Map<String, String> metadata = Map.of();

  JobsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    ListQuery query = query();
    JsonNode answer = server.client(terminal).jobs(page.query(query));
    if (server.json()) {
      terminal.json(answer);
      return ExitCode.OK;
    }
    JsonNode jobs = answer.path("jobs");
    if (jobs.isEmpty()) {
      terminal.note(query.isEmpty() ? "no jobs" : "no such jobs");
    } else {
      terminal.line(JobText.tableHead());
      jobs.forEach(job -> terminal.line(JobText.tableRow(job)));
    }
    page.next(answer, jobs.size())
        .ifPresent(next -> terminal.note("more: fanfold jobs" + query.arguments() + " " + next));
    return ExitCode.OK;
  }

  private ListQuery query() {
    var query =
        new ListQuery()
            .add("--status", "status", status)
            .add("--name", "name", name)
            .add("--custom-id", "customId", customId)
            .add("--feed-id", "feedId", feedId)
            .add("--tag", "tag", tag)
            .add("--created-after", "createdAfter", time("--created-after", createdAfter))
            .add("--created-before", "createdBefore", time("--created-before", createdBefore));
    metadata.forEach((key, value) -> query.addPair("--metadata", "metadata.", key, value));
    return query;
  }

  private String time(String option, String text) {
    return Times.instant(spec, option, text);
  }

  /** As the server calls them. */
  private enum JobStatus {
    QUEUED,
    RUNNING,
    COMPLETED,
    FAILED,
    CANCELED,
    EXPIRED
  }
}
