package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** Follows a job on the terminal: a bar that is redrawn for people, else a line per change. */
final class Progress {
  private static final int BAR_WIDTH = 30;

  private final Terminal terminal;
  private String last = "";

  Progress(Terminal terminal) {
    this.terminal = terminal;
  }

  void show(JsonNode job) {
    String line = JobText.progressLine(job);
    if (line.equals(last)) {
      return;
    }
    if (terminal.interactive()) {
      int filled = (int) Math.floor(JobText.progress(job) * BAR_WIDTH);
      String bar = "#".repeat(filled) + ".".repeat(BAR_WIDTH - filled);
      String padding = " ".repeat(Math.max(0, last.length() - line.length()));
      terminal.err().print("\r[" + bar + "] " + line + padding);
      terminal.err().flush();
    } else {
      terminal.note(line);
    }
    last = line;
  }

  /** Leaves the bar, so that what is printed next starts on a line of its own. */
  void end() {
    if (terminal.interactive() && !last.isEmpty()) {
      terminal.err().println();
    }
  }
}
