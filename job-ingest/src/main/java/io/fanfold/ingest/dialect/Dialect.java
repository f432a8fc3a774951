package io.fanfold.ingest.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.kit.Problem;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;

/**
 * Another system's job API, for clients that were written for it: a projection of jobs as Fanfold
 * has them. It keeps no state; what it must show of a request again goes with the job.
 */
public interface Dialect {

  /** Longest request that goes with a job: each of the job's states repeats it. */
  int MAX_REQUEST_BYTES = 128 * 1024;

  /** As in the configuration, and in the jobs submitted through it. */
  String name();

  /**
   * What it answers. Handlers run on threads of their own and may wait for what they call; what
   * they throw as a {@link io.fanfold.kit.ProblemException} goes to {@link #refuse}.
   */
  List<Route> routes();

  /** Answers with a problem as its clients expect it. */
  void refuse(Context context, Problem problem);

  /** Whether a request is for it, where its routes are the native API's as well. */
  default boolean claims(Context context) {
    return true;
  }

  /** Adds what is no request and answer, such as a websocket. */
  default void more(RoutesConfig routes) {}

  /**
   * The job as webhooks in this dialect's format carry it.
   *
   * @param job as lookups show it, submitted through this dialect
   */
  default Optional<JsonNode> webhookBody(JsonNode job) {
    return Optional.empty();
  }
}
