package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "cancel",
    mixinStandardHelpOptions = true,
    description = "Run nothing more of a job; what it has found so far stays.")
final class CancelCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Mixin private ServerOptions server;

  @Parameters(paramLabel = "ID", description = "The job's id.")
  private long id;

  CancelCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    JsonNode job = server.client(terminal).cancel(id);
    if (server.json()) {
      terminal.json(job);
    } else if (JobText.isTerminal(job)) {
      terminal.line("job %d had ended: %s".formatted(id, JobText.statusAndOutcome(job)));
    } else {
      terminal.line("job " + id + " is to be canceled");
      terminal.note("Follow it: fanfold job " + id + " --watch");
    }
    return ExitCode.OK;
  }
}
