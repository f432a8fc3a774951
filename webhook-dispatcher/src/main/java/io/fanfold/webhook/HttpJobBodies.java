package io.fanfold.webhook;

import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Json;
import io.fanfold.kit.ProblemException;
import io.fanfold.kit.net.GuardedHttp;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * Reads jobs from job-ingest by HTTP. Lookups may be a little behind the events; so for the end of
 * a job it first waits until a lookup knows of it.
 */
final class HttpJobBodies implements JobBodies {

  /** Stands for the job's id in a path; whoever submits does not know it yet. */
  private static final String JOB_ID = "{id}";

  private static final int MAX_BYTES = 1024 * 1024;
  private static final int MAX_WAIT_SECONDS = 5;
  private static final Set<String> ENDS =
      Set.of("job.completed", "job.failed", "job.canceled", "job.expired");

  private final GuardedHttp http;
  private final String baseUrl;

  /**
   * @param baseUrl job-ingest's; empty when none is configured
   */
  HttpJobBodies(GuardedHttp http, String baseUrl) {
    this.http = http;
    this.baseUrl = baseUrl.endsWith("/") ? baseUrl.substring(0, baseUrl.length() - 1) : baseUrl;
  }

  @Override
  public byte[] read(Delivery delivery, String path, Duration deadline)
      throws UnreadyAttemptException, ImpossibleAttemptException {
    if (baseUrl.isEmpty()) {
      throw new UnreadyAttemptException("no webhook.jobs.url is configured to read the job from");
    }
    if (path == null || !path.matches("/[!-~]{0,2000}")) {
      throw new ImpossibleAttemptException("webhook.bodyPath is no path");
    }
    long start = System.nanoTime();
    if (ENDS.contains(delivery.type())) {
      long seconds = Math.min(MAX_WAIT_SECONDS, deadline.toSeconds() / 2);
      get(
          delivery.project(),
          "/v1/jobs/%s?waitFor=terminal&timeout=%d".formatted(delivery.jobKey(), seconds),
          deadline);
    }
    Duration left = deadline.minusNanos(System.nanoTime() - start);
    if (left.isNegative() || left.isZero()) {
      throw new UnreadyAttemptException("the job could not be read in time");
    }
    byte[] job = get(delivery.project(), path.replace(JOB_ID, delivery.jobKey()), left);
    try {
      // The strict one: what is put into the middle of a body must not end it early.
      Json.parse(job);
    } catch (ProblemException e) {
      throw new UnreadyAttemptException("the job could not be read: the answer is no JSON");
    }
    return job;
  }

  private byte[] get(String project, String path, Duration deadline)
      throws UnreadyAttemptException, ImpossibleAttemptException {
    URI uri;
    try {
      uri = URI.create(baseUrl + path);
    } catch (IllegalArgumentException e) {
      throw new ImpossibleAttemptException("webhook.bodyPath is no path");
    }
    GuardedHttp.Response response;
    try {
      response =
          http.exchange(
              new GuardedHttp.Request(
                  "GET",
                  uri,
                  Map.of(HttpApi.PROJECT_HEADER, project, "accept", "application/json"),
                  new byte[0],
                  deadline,
                  MAX_BYTES));
    } catch (IOException e) {
      throw new UnreadyAttemptException(
          "the job could not be read: " + e.getClass().getSimpleName());
    }
    if (response.status() != 200) {
      throw new UnreadyAttemptException("the job could not be read: HTTP " + response.status());
    }
    if (response.truncated()) {
      throw new UnreadyAttemptException("the job is longer than " + MAX_BYTES + " bytes");
    }
    return response.body();
  }
}
