package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** The server answered, and the answer is no. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient JsonNode problem;

  RefusedException(int status, JsonNode problem, String message) {
    super(message);
    this.status = status;
    this.problem = problem;
  }

  int status() {
    return status;
  }

  /** The problem document as the server sent it, or an empty object. */
  JsonNode problem() {
    return problem;
  }
}
