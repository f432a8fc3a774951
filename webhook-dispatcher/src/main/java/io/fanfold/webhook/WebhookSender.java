package io.fanfold.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fanfold.kit.Meters;
import io.fanfold.kit.Telemetry;
import io.fanfold.kit.net.DeadlineExceededException;
import io.fanfold.kit.net.GuardedHttp;
import io.fanfold.kit.net.RefusedAddressException;
import io.fanfold.kit.net.UrlRules;
import io.fanfold.schemas.AttemptOutcome;
import io.fanfold.schemas.WebhookAttempt;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One signed POST per attempt, and a record of how it went. It decides when the next attempt is
 * due; the record is what makes it so.
 */
final class WebhookSender implements Sender {

  private static final Logger log = LoggerFactory.getLogger(WebhookSender.class);
  private static final int MAX_RESPONSE_BYTES = 16 * 1024;
  private static final int KEPT_RESPONSE_BYTES = 1024;
  private static final String USER_AGENT = "Fanfold/" + version();

  private final Settings settings;
  private final GuardedHttp http;
  private final Lanes lanes;
  private final AttemptLog attempts;
  private final Telemetry telemetry;
  private final Clock clock;
  private final RandomGenerator random;

  /**
   * @param urls checked again here: topics can be written by others than our HTTP API
   * @param secrets by the names that jobs refer to
   * @param timeout for a whole attempt
   */
  record Settings(
      UrlRules urls, Map<String, String> secrets, RetrySchedule schedule, Duration timeout) {

    @Override
    public String toString() {
      return "Settings[timeout=" + timeout + "]";
    }
  }

  /** What is known after an attempt. */
  private record Report(AttemptResult result, Integer status, String head, String error) {

    static Report failed(AttemptResult result, String error) {
      return new Report(result, null, null, error);
    }
  }

  /**
   * @param random used by several threads
   */
  WebhookSender(
      Settings settings,
      GuardedHttp http,
      Lanes lanes,
      AttemptLog attempts,
      Telemetry telemetry,
      Clock clock,
      RandomGenerator random) {
    this.settings = settings;
    this.http = http;
    this.lanes = lanes;
    this.attempts = attempts;
    this.telemetry = telemetry;
    this.clock = clock;
    this.random = random;
  }

  @Override
  public Answer offer(Attempt attempt) {
    String receiver = attempt.target() == null ? "" : attempt.target().publicUrl();
    return lanes.offer(receiver, () -> make(attempt));
  }

  private void make(Attempt attempt) {
    Instant startedAt = clock.instant();
    long start = System.nanoTime();
    Report report = tried(attempt, startedAt);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    Delivery delivery = attempt.delivery();
    DeliveryOutcome outcome =
        settings.schedule().after(delivery.attempt(), report.result(), clock.instant(), random);
    var written =
        WebhookAttempt.newBuilder()
            .setEventId(delivery.eventId())
            .setEventType(delivery.type())
            .setJobId(Long.parseLong(delivery.jobKey()))
            .setProject(delivery.project())
            .setUrl(attempt.target() == null ? "" : attempt.target().publicUrl())
            .setAttempt(delivery.attempt())
            .setStartedAt(startedAt)
            .setDurationMs(took.toNanos() / 1e6f)
            .setOutcome(outcome(outcome))
            .setResponseStatus(report.status())
            .setResponseHead(report.head())
            .setError(report.error())
            .setNextAttemptAt(
                outcome instanceof DeliveryOutcome.RetryAt retry ? retry.time() : null)
            .build();
    telemetry.timer(Meters.WEBHOOK_ATTEMPTS, written.getOutcome().name()).record(took);
    attempts.write(written, attempt.partition());
  }

  private Report tried(Attempt attempt, Instant at) {
    try {
      return send(attempt, at);
    } catch (RuntimeException e) {
      // Without a record the delivery would stay in our hands for ever, and a crash would only
      // bring it back. With one it is tried again, perhaps by a version that knows better.
      log.error(
          "attempt {} of {} broke", attempt.delivery().attempt(), attempt.delivery().eventId(), e);
      return Report.failed(new AttemptResult.Unreachable(), "internal error");
    }
  }

  private Report send(Attempt attempt, Instant at) {
    Target target = attempt.target();
    if (target == null) {
      return Report.failed(new AttemptResult.Impossible(), "the job and its webhook are gone");
    }
    List<String> problems = settings.urls().checkForm(target.url());
    if (!problems.isEmpty()) {
      return Report.failed(
          new AttemptResult.Impossible(), "webhook.url: " + String.join("; ", problems));
    }
    String secret =
        target.secret() != null ? target.secret() : settings.secrets().get(target.secretRef());
    if (secret == null) {
      return Report.failed(
          new AttemptResult.Impossible(),
          "no secret named %s is configured (webhook.secrets)".formatted(target.secretRef()));
    }
    byte[] body = attempt.delivery().body().getBytes(UTF_8);
    Map<String, String> headers;
    try {
      headers =
          new HashMap<>(
              new WebhookSigner(List.of(secret)).headers(attempt.delivery().eventId(), at, body));
    } catch (IllegalArgumentException e) {
      return Report.failed(new AttemptResult.Impossible(), e.getMessage());
    }
    headers.put("content-type", "application/json");
    headers.put("user-agent", USER_AGENT);
    return post(URI.create(target.url()), headers, body);
  }

  private Report post(URI uri, Map<String, String> headers, byte[] body) {
    try {
      return answered(
          http.exchange(
              new GuardedHttp.Request(
                  "POST", uri, headers, body, settings.timeout(), MAX_RESPONSE_BYTES)));
    } catch (DeadlineExceededException e) {
      return Report.failed(new AttemptResult.TimedOut(), e.getMessage());
    } catch (RefusedAddressException e) {
      return Report.failed(new AttemptResult.Unreachable(), e.getMessage());
    } catch (IOException e) {
      return Report.failed(
          new AttemptResult.Unreachable(),
          "no answer from %s: %s".formatted(uri.getHost(), e.getClass().getSimpleName()));
    }
  }

  private Report answered(GuardedHttp.Response response) {
    Duration retryAfter =
        RetryAfter.parse(response.headers().get("retry-after"), clock.instant()).orElse(null);
    String error = null;
    if (response.status() / 100 == 3) {
      error = "redirects are not followed";
    } else if (response.status() == 410) {
      error = "the receiver says it is gone";
    }
    int kept = Math.min(response.body().length, KEPT_RESPONSE_BYTES);
    return new Report(
        new AttemptResult.Answered(response.status(), retryAfter),
        response.status(),
        new String(response.body(), 0, kept, UTF_8),
        error);
  }

  private static AttemptOutcome outcome(DeliveryOutcome outcome) {
    if (outcome instanceof DeliveryOutcome.Delivered) {
      return AttemptOutcome.DELIVERED;
    }
    return outcome instanceof DeliveryOutcome.RetryAt
        ? AttemptOutcome.RETRY
        : AttemptOutcome.GIVEN_UP;
  }

  private static String version() {
    String version = WebhookSender.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }
}
