package io.fanfold.standalone.cli;

import io.fanfold.standalone.StartException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code fanfold} command. */
@Command(
    name = "fanfold",
    mixinStandardHelpOptions = true,
    versionProvider = Fanfold.Version.class,
    description = "Batch inference on Kafka: fan a job out, fold its results back.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      UpCommand.class,
      SubmitCommand.class,
      JobsCommand.class,
      JobCommand.class,
      ItemsCommand.class,
      BatchesCommand.class,
      ArtifactsCommand.class,
      CancelCommand.class,
      RetryCommand.class,
      DeleteCommand.class,
      FeaturesCommand.class,
      FilesCommand.class,
      AssetsCommand.class,
      TrainCommand.class,
      WebhooksCommand.class,
      ListenCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done; with --watch, the job completed",
      "1:the job did not complete, the server refused the request, or nothing could be trained",
      "2:the command line is wrong",
      "3:no server answered",
      "4:the pipeline cannot start: already running, a taken port, no space, a wrong JDK",
      "130, 143:ended by Ctrl-C or SIGTERM, after closing in order"
    },
    footer = {
      "",
      "Try it: fanfold demo",
      "Keep it: fanfold up, then fanfold submit DIR --features ObjectDetection --watch"
    })
public final class Fanfold implements Runnable {

  @Spec private CommandSpec spec;

  /** Called by picocli. */
  Fanfold() {}

  public static void main(String[] args) {
    System.exit(run(Terminal.ofProcess(), args));
  }

  /** Runs one command line and says how the process should end. */
  static int run(Terminal terminal, String... args) {
    var commandLine = new CommandLine(new Fanfold(), new CommandFactory(terminal));
    commandLine.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
    commandLine.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setUsageHelpAutoWidth(true);
    commandLine.setParameterExceptionHandler((e, ignored) -> usageError(terminal, e));
    commandLine.setExecutionExceptionHandler(
        (e, command, ignored) -> failure(terminal, e, command));
    return commandLine.execute(args);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is needed");
  }

  private static int usageError(Terminal terminal, ParameterException e) {
    terminal.error(e.getMessage());
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    terminal.note("Try '" + command + " --help'.");
    return ExitCode.USAGE;
  }

  private static int failure(Terminal terminal, Exception e, CommandLine command) throws Exception {
    if (e instanceof RefusedException refused) {
      if (command.getParseResult().hasMatchedOption("--json")) {
        terminal.json(refused.problem());
      }
      terminal.error(refused.getMessage());
      return ExitCode.FAILED;
    }
    if (e instanceof UnreachableException) {
      terminal.error(e.getMessage());
      terminal.note("Start a pipeline with 'fanfold up', or name a server with --url.");
      return ExitCode.UNREACHABLE;
    }
    if (e instanceof StartException) {
      terminal.error(e.getMessage());
      return ExitCode.ENVIRONMENT;
    }
    if (e instanceof Inputs.InputException) {
      terminal.error(e.getMessage());
      return ExitCode.USAGE;
    }
    throw e;
  }

  /** Hands the terminal to the commands that want one. */
  private record CommandFactory(Terminal terminal) implements IFactory {

    @Override
    public <K> K create(Class<K> type) throws Exception {
      for (var constructor : type.getDeclaredConstructors()) {
        if (constructor.getParameterCount() == 1
            && constructor.getParameterTypes()[0] == Terminal.class) {
          return type.cast(constructor.newInstance(terminal));
        }
      }
      return CommandLine.defaultFactory().create(type);
    }
  }

  /** From the jar's manifest; classes that are not in a jar have none. */
  static final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
      String version = Fanfold.class.getPackage().getImplementationVersion();
      return new String[] {"fanfold " + (version == null ? "(not packaged)" : version)};
    }
  }
}
