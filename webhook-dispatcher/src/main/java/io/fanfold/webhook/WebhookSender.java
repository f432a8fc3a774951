package io.fanfold.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fanfold.kit.Meters;
import io.fanfold.kit.Telemetry;
import io.fanfold.kit.net.DeadlineExceededException;
import io.fanfold.kit.net.GuardedHttp;
import io.fanfold.kit.net.RefusedAddressException;
import io.fanfold.schemas.AttemptOutcome;
import io.fanfold.schemas.WebhookAttempt;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One signed POST per attempt, and a record of how it went. It decides when the next attempt is
 * due; the record is what makes it so.
 */
final class WebhookSender implements Sender {

  private static final Logger log = LoggerFactory.getLogger(WebhookSender.class);
  private static final int KEPT_RESPONSE_BYTES = 1024;

  /** Attempts that are not made at all have their places apart from those of any receiver. */
  private static final String NOWHERE = "";

  private final AttemptRequests requests;
  private final RetrySchedule schedule;
  private final GuardedHttp http;
  private final Lanes lanes;
  private final Gates gates;
  private final AttemptLog attempts;
  private final Telemetry telemetry;
  private final Clock clock;
  private final RandomGenerator random;

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
      AttemptRequests requests,
      RetrySchedule schedule,
      GuardedHttp http,
      Lanes lanes,
      Gates gates,
      AttemptLog attempts,
      Telemetry telemetry,
      Clock clock,
      RandomGenerator random) {
    this.requests = requests;
    this.schedule = schedule;
    this.http = http;
    this.lanes = lanes;
    this.gates = gates;
    this.attempts = attempts;
    this.telemetry = telemetry;
    this.clock = clock;
    this.random = random;
  }

  @Override
  public Answer offer(Attempt attempt) {
    Target target = attempt.target();
    if (target == null || !target.isEnabled()) {
      return lanes.offer(NOWHERE, () -> 0, () -> make(attempt));
    }
    String receiver = attempt.delivery().receiver();
    return lanes.offer(
        receiver,
        () -> gates.waitMs(receiver, target.maxPerSecond(), clock.millis()),
        () -> make(attempt));
  }

  private void make(Attempt attempt) {
    Instant startedAt = clock.instant();
    long start = System.nanoTime();
    Report report = tried(attempt, startedAt);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    Delivery delivery = attempt.delivery();
    // Before the record is written: whoever reads it may ask for the next attempt at once.
    gates.ended(delivery.receiver(), report.result(), clock.millis());
    DeliveryOutcome outcome =
        schedule.after(delivery.attempt(), report.result(), clock.instant(), random);
    WebhookAttempt written =
        AttemptRecords.of(delivery, attempt.target())
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
      return Report.failed(new AttemptResult.Unready(), "internal error");
    }
  }

  private Report send(Attempt attempt, Instant at) {
    Target target = attempt.target();
    if (target == null) {
      return gone(attempt.delivery());
    }
    try {
      return post(requests.of(attempt, target, at));
    } catch (ImpossibleAttemptException e) {
      return Report.failed(new AttemptResult.Impossible(), e.getMessage());
    } catch (UnreadyAttemptException e) {
      return Report.failed(new AttemptResult.Unready(), e.getMessage());
    }
  }

  private static Report gone(Delivery delivery) {
    if (delivery.isInline()) {
      return Report.failed(new AttemptResult.Impossible(), "the job and its webhook are gone");
    }
    // At first it may just not have been read here yet.
    return Report.failed(
        delivery.attempt() == 1 ? new AttemptResult.Unready() : new AttemptResult.Impossible(),
        "there is no such endpoint");
  }

  private Report post(GuardedHttp.Request request) {
    try {
      return answered(http.exchange(request));
    } catch (DeadlineExceededException e) {
      return Report.failed(new AttemptResult.TimedOut(), e.getMessage());
    } catch (RefusedAddressException e) {
      return Report.failed(new AttemptResult.Unreachable(), e.getMessage());
    } catch (IOException e) {
      return Report.failed(
          new AttemptResult.Unreachable(),
          "no answer from %s: %s".formatted(request.uri().getHost(), e.getClass().getSimpleName()));
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
}
