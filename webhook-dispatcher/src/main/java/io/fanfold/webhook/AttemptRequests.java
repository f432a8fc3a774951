package io.fanfold.webhook;

import io.fanfold.kit.net.GuardedHttp;
import io.fanfold.kit.net.HeaderRules;
import io.fanfold.kit.net.UrlRules;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Makes the request of an attempt: checked, in its format, signed. */
final class AttemptRequests {

  /** How the error of an attempt begins that failed for want of our own master key. */
  static final String NOT_OPENED = "the endpoint's secrets cannot be opened: ";

  private static final int MAX_RESPONSE_BYTES = 16 * 1024;
  private static final String USER_AGENT = "Fanfold/" + version();

  private final UrlRules urls;
  private final TargetSecrets secrets;
  private final JobBodies jobs;
  private final Duration timeout;
  private final AtomicLong nonce = new AtomicLong();

  /**
   * @param urls checked again here: topics can be written by others than our HTTP API
   * @param timeout the most for a whole attempt
   */
  AttemptRequests(UrlRules urls, TargetSecrets secrets, JobBodies jobs, Duration timeout) {
    this.urls = urls;
    this.secrets = secrets;
    this.jobs = jobs;
    this.timeout = timeout;
  }

  /**
   * @param target is there
   * @param at when the attempt is made
   */
  GuardedHttp.Request of(Sender.Attempt attempt, Target target, Instant at)
      throws ImpossibleAttemptException, UnreadyAttemptException {
    long start = System.nanoTime();
    if (!target.isEnabled()) {
      throw new ImpossibleAttemptException("the endpoint is disabled");
    }
    refuse("webhook.url: ", urls.checkForm(target.url()));
    PayloadFormat format =
        PayloadFormat.named(target.format())
            .orElseThrow(
                () -> new ImpossibleAttemptException("no webhook format " + target.format()));
    Duration whole = target.timeout(timeout);
    byte[] job =
        format.needsJob()
            ? jobs.read(attempt.delivery(), target.bodyPath(), whole.dividedBy(2))
            : null;
    byte[] body = format.body(attempt.delivery(), attempt.body(), job);
    Map<String, String> headers = headers(attempt, target, format, at, body);
    Duration left = whole.minusNanos(System.nanoTime() - start);
    if (left.isNegative() || left.isZero()) {
      throw new UnreadyAttemptException("the job could not be read in time");
    }
    return new GuardedHttp.Request(
        "POST",
        URI.create(target.url()),
        headers,
        body,
        job == null ? whole : left,
        MAX_RESPONSE_BYTES);
  }

  private Map<String, String> headers(
      Sender.Attempt attempt, Target target, PayloadFormat format, Instant at, byte[] body)
      throws ImpossibleAttemptException, UnreadyAttemptException {
    try {
      Map<String, String> own = secrets.headers(target);
      refuse("webhook.headers: ", HeaderRules.check(own));
      List<String> signing = secrets.signing(target, at);
      if (signing.isEmpty() && format.needsSecret()) {
        throw new ImpossibleAttemptException("there is no signing secret");
      }
      var headers = new HashMap<String, String>(own);
      Map<String, String> ours =
          format.headers(attempt.delivery().eventId(), at, nextNonce(at), signing, body);
      headers.keySet().removeIf(name -> ours.keySet().stream().anyMatch(name::equalsIgnoreCase));
      headers.putAll(ours);
      headers.put("content-type", "application/json");
      headers.put("user-agent", USER_AGENT);
      return headers;
    } catch (SecretBox.UnopenableException e) {
      throw new UnreadyAttemptException(NOT_OPENED + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw new ImpossibleAttemptException(e.getMessage());
    }
  }

  /** The time in microseconds, or one more than the last. */
  private long nextNonce(Instant at) {
    long micros = at.getEpochSecond() * 1_000_000 + at.getNano() / 1_000;
    return nonce.updateAndGet(last -> Math.max(last + 1, micros));
  }

  private static void refuse(String field, List<String> problems)
      throws ImpossibleAttemptException {
    if (!problems.isEmpty()) {
      throw new ImpossibleAttemptException(field + String.join("; ", problems));
    }
  }

  private static String version() {
    String version = AttemptRequests.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }
}
