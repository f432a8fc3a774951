package io.fanfold.webhook;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Says when a receiver may be tried: its circuit breaker and its rate. Known in memory only; after
 * a restart every breaker is closed.
 */
final class Gates {

  /** Receivers remembered; the one that was quiet longest is forgotten, its breaker closed. */
  private static final int MAX_RECEIVERS = 10_000;

  private final int failures;
  private final long pauseMs;
  private final Map<String, Gate> gates =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Gate> eldest) {
          return size() > MAX_RECEIVERS;
        }
      };

  private static final class Gate {
    private final Breaker breaker;
    private TokenBucket bucket;

    private Gate(Breaker breaker) {
      this.breaker = breaker;
    }
  }

  /**
   * @param failures in a row that open a breaker; 0 for never
   * @param pauseMs between probes of an open one
   */
  Gates(int failures, long pauseMs) {
    this.failures = failures;
    this.pauseMs = pauseMs;
  }

  /**
   * Asks for one attempt: 0, and then {@link #ended} must be told, or milliseconds to wait.
   *
   * @param perSecond null for any number
   */
  synchronized long waitMs(String receiver, Double perSecond, long nowMs) {
    boolean limited = perSecond != null && perSecond > 0;
    Gate gate = limited ? gate(receiver) : gates.get(receiver);
    if (gate == null) {
      return 0;
    }
    long wait = gate.breaker.waitMs(nowMs);
    if (wait > 0 || !limited) {
      return wait;
    }
    if (gate.bucket == null) {
      gate.bucket = new TokenBucket(perSecond, nowMs);
    }
    wait = gate.bucket.waitMs(perSecond, nowMs);
    if (wait > 0) {
      gate.breaker.released();
    }
    return wait;
  }

  /** Tells how an attempt went; only what the receiver did or failed to do counts. */
  synchronized void ended(String receiver, AttemptResult result, long nowMs) {
    boolean ours =
        result instanceof AttemptResult.Impossible || result instanceof AttemptResult.Unready;
    boolean success =
        result instanceof AttemptResult.Answered answered && answered.status() / 100 == 2;
    Gate gate = ours || success ? gates.get(receiver) : gate(receiver);
    if (gate == null) {
      return;
    }
    if (ours) {
      gate.breaker.released();
    } else if (success) {
      gate.breaker.succeeded();
      if (gate.bucket == null) {
        gates.remove(receiver);
      }
    } else {
      gate.breaker.failed(nowMs);
    }
  }

  private Gate gate(String receiver) {
    return gates.computeIfAbsent(receiver, name -> new Gate(new Breaker(failures, pauseMs)));
  }
}
