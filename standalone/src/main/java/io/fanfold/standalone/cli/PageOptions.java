package io.fanfold.standalone.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which part of a list to show. */
final class PageOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "100",
      description = "At most this many (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Option(
      names = "--offset",
      paramLabel = "N",
      defaultValue = "0",
      description = "Skip this many (default: ${DEFAULT-VALUE}).")
  private int offset;

  int limit() {
    return require(limit >= 1, limit, "--limit must be at least 1");
  }

  int offset() {
    return require(offset >= 0, offset, "--offset must be at least 0");
  }

  private int require(boolean condition, int value, String message) {
    if (!condition) {
      throw new ParameterException(spec.commandLine(), message);
    }
    return value;
  }
}
