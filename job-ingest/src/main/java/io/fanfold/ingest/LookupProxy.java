package io.fanfold.ingest;

import io.fanfold.kit.Check;
import io.javalin.http.Context;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Lookups of jobs, which the result aggregators answer. */
final class LookupProxy implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int WAIT_SECONDS = 30;
  private static final int MAX_WAIT_SECONDS = 600;

  private final ServiceProxy aggregators;

  /**
   * @param baseUrls of aggregators, any of which can answer; at least one
   */
  LookupProxy(List<String> baseUrls) {
    this.aggregators = new ServiceProxy("the lookups", baseUrls);
  }

  /** Answers a request with what the aggregator answers to it. */
  void forward(Context context) {
    aggregators.forward(context, TIMEOUT.plusSeconds(waits(context)));
  }

  /** What a lookup of a job answers; fails when no aggregator is there. */
  CompletableFuture<ServiceAnswer<byte[]>> job(long jobId, String project) {
    return get("v1/jobs/" + jobId, project);
  }

  /**
   * What a lookup answers.
   *
   * @param target path and query, escaped, without the first slash
   */
  CompletableFuture<ServiceAnswer<byte[]>> get(String target, String project) {
    return aggregators.get(target, project, TIMEOUT);
  }

  /** As {@link #get}, for what may be long; the stream has to be closed. */
  CompletableFuture<ServiceAnswer<InputStream>> stream(String target, String project) {
    return aggregators.stream(target, project, TIMEOUT);
  }

  Check check() {
    return aggregators.check("lookups");
  }

  @Override
  public void close() {
    aggregators.close();
  }

  /** How long the caller lets the aggregator wait for the job's end, in seconds. */
  private static int waits(Context context) {
    if (context.queryParam("waitFor") == null) {
      return 0;
    }
    String seconds = context.queryParam("timeout");
    // What the aggregator does not understand it refuses at once.
    return seconds != null && seconds.matches("[0-9]{1,6}")
        ? Math.min(Integer.parseInt(seconds), MAX_WAIT_SECONDS)
        : WAIT_SECONDS;
  }
}
