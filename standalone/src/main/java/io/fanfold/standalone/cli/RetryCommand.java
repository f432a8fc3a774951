package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "retry",
    mixinStandardHelpOptions = true,
    description = "Run the failed items of a job that has ended once more.")
final class RetryCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Mixin private ServerOptions server;

  @Parameters(paramLabel = "ID", description = "The job's id.")
  private long id;

  RetryCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    JsonNode job = server.client(terminal).retry(id);
    if (server.json()) {
      terminal.json(job);
    } else {
      terminal.line(
          "job %d: %s failed items are to be run again"
              .formatted(id, job.path("counts").path("failed").asText("the")));
      terminal.note("See how far it is: fanfold job " + id);
    }
    return ExitCode.OK;
  }
}
