package io.fanfold.worker;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;

/**
 * When an item is tried again, as data.
 *
 * @param delays the wait after the first failure, after the second, and so on
 */
record RetryDelays(List<Duration> delays) {

  RetryDelays {
    delays = List.copyOf(delays);
  }

  /**
   * @param millis as configured
   * @throws ConfigException when one is no number of milliseconds
   */
  static RetryDelays ofMillis(List<String> millis) {
    try {
      return new RetryDelays(
          millis.stream().map(text -> Duration.ofMillis(Integer.parseUnsignedInt(text))).toList());
    } catch (NumberFormatException e) {
      throw new ConfigException(
          BatchWorkerConfig.RETRY_DELAYS_MS, millis, "must be milliseconds, comma-separated");
    }
  }

  /** How long to wait after so many failed tries; empty means give up. */
  Optional<Duration> after(int tries) {
    return tries > delays.size() ? Optional.empty() : Optional.of(delays.get(tries - 1));
  }
}
