package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "jobs", mixinStandardHelpOptions = true, description = "List jobs, newest first.")
final class JobsCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Mixin private ServerOptions server;
  @Mixin private PageOptions page;

  JobsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    JsonNode answer = server.client(terminal).jobs(page.limit(), page.offset());
    if (server.json()) {
      terminal.json(answer);
      return ExitCode.OK;
    }
    JsonNode jobs = answer.path("jobs");
    if (jobs.isEmpty()) {
      terminal.note("no jobs");
      return ExitCode.OK;
    }
    terminal.line(JobText.tableHead());
    jobs.forEach(job -> terminal.line(JobText.tableRow(job)));
    if (answer.path("hasMore").asBoolean()) {
      terminal.note("more: fanfold jobs --offset " + (page.offset() + jobs.size()));
    }
    return ExitCode.OK;
  }
}
