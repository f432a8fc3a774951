package io.fanfold.standalone.cli;

import io.fanfold.standalone.cli.Inputs.InputException;
import io.fanfold.worker.signal.Evaluation;
import io.fanfold.worker.signal.SignalException;
import io.fanfold.worker.signal.SignalModel;
import io.fanfold.worker.signal.SignalModel.Variant;
import io.fanfold.worker.signal.SignalTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = {
      "Train a classifier of signals for the feature SignalClassification.",
      "",
      "Samples are files, .json in Edge Impulse's acquisition format or .csv. A sample's label is"
          + " its name up to the first dot, as in idle.1.json. Folders called training and testing"
          + " say what to train with and what to test with."
    })
final class TrainCommand implements Callable<Integer> {
  private static final double THRESHOLD = 0.6;

  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "Where the samples are.")
  private Path directory;

  @Option(
      names = "--window-ms",
      paramLabel = "MS",
      defaultValue = "2000",
      description = "How long a window is (default: ${DEFAULT-VALUE}).")
  private double windowMs;

  @Option(
      names = "--step-ms",
      paramLabel = "MS",
      defaultValue = "500",
      description = "From the start of one window to the next (default: ${DEFAULT-VALUE}).")
  private double stepMs;

  @Option(
      names = "--test-split",
      paramLabel = "SHARE",
      defaultValue = "0.2",
      description =
          "Share of the samples to test with, 0 to 0.9 (default: ${DEFAULT-VALUE}); without meaning"
              + " where there is a folder testing.")
  private double testSplit;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "The same samples and seed give the same model (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      defaultValue = "model.json",
      description = "Where to write the model (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Option(names = "--json", description = "Answer as one line of JSON.")
  private boolean json;

  TrainCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InputException {
    require(windowMs > 0 && stepMs > 0, "--window-ms and --step-ms must be more than 0");
    require(testSplit >= 0 && testSplit <= 0.9, "--test-split must be 0 to 0.9");
    Path file = terminal.directory().resolve(out).normalize();
    Path samples = terminal.directory().resolve(directory).normalize();
    require(Files.isDirectory(file.getParent()), "--out: no directory " + file.getParent());
    SignalFiles files = SignalFiles.read(samples, testSplit, seed, file);
    TrainingText text;
    try {
      text = train(files, file);
    } catch (SignalException e) {
      terminal.error(e.getMessage());
      return ExitCode.FAILED;
    }
    try {
      Files.write(file, text.model().toBytes());
    } catch (IOException e) {
      throw new InputException("cannot write " + file + ": " + e.getMessage());
    }
    if (json) {
      terminal.json(text.toJson());
    } else {
      text.print(terminal);
      terminal.note(
          "Use it: fanfold submit DIR -f SignalClassification --param SignalClassification.model="
              + file.toUri());
    }
    return ExitCode.OK;
  }

  private TrainingText train(SignalFiles files, Path file) throws SignalException {
    SignalModel model = new SignalTrainer(windowMs, stepMs, seed).train(files.training());
    return new TrainingText(
        model,
        Evaluation.of(model, files.training(), Variant.FLOAT32, THRESHOLD),
        Evaluation.of(model, files.testing(), Variant.FLOAT32, THRESHOLD),
        Evaluation.of(model, files.testing(), Variant.INT8, THRESHOLD),
        file);
  }

  private void require(boolean holds, String message) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }
}
