package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "job", mixinStandardHelpOptions = true, description = "Show one job.")
final class JobCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Mixin private ServerOptions server;

  @Parameters(paramLabel = "ID", description = "The job's id.")
  private long id;

  @Option(
      names = {"-w", "--watch"},
      description = "Follow the job to its end; fails unless it completes.")
  private boolean watch;

  JobCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    FanfoldClient client = server.client(terminal);
    if (watch) {
      return watch(terminal, client, id, server.json());
    }
    print(terminal, client.job(id), server.json());
    return ExitCode.OK;
  }

  static int watch(Terminal terminal, FanfoldClient client, long id, boolean json)
      throws UnreachableException, RefusedException, InterruptedException {
    if (!json) {
      terminal.note("job " + id);
    }
    JsonNode job = new JobWatch(client, new Progress(terminal)).toEnd(id);
    print(terminal, job, json);
    if (!json) {
      terminal.note("See what was found: fanfold items " + id);
    }
    return JobText.isCompleted(job) ? ExitCode.OK : ExitCode.FAILED;
  }

  private static void print(Terminal terminal, JsonNode job, boolean json) {
    if (json) {
      terminal.json(job);
    } else {
      JobText.details(job).forEach(terminal::line);
    }
  }
}
