package io.fanfold.standalone.cli;

/** What the command's exit status says; part of its public interface. */
final class ExitCode {

  static final int OK = 0;

  /** The job did not complete, the server refused the request, or nothing could be trained. */
  static final int FAILED = 1;

  /** The command line is wrong. */
  static final int USAGE = 2;

  /** No server answered. */
  static final int UNREACHABLE = 3;

  /** The pipeline cannot start here: already running, a taken port, no space, a wrong JDK. */
  static final int ENVIRONMENT = 4;

  private ExitCode() {}
}
