package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "delete",
    mixinStandardHelpOptions = true,
    description = "Remove a job and everything that was found, whether it has ended or not.")
final class DeleteCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Mixin private ServerOptions server;

  @Parameters(paramLabel = "ID", description = "The job's id.")
  private long id;

  DeleteCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    JsonNode job = server.client(terminal).delete(id);
    if (server.json()) {
      terminal.json(job);
    } else {
      terminal.line("job " + id + " is to be deleted");
    }
    return ExitCode.OK;
  }
}
