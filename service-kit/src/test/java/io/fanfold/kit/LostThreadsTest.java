package io.fanfold.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

final class LostThreadsTest {

  private static final Throwable LOST =
      new StreamsException("cannot commit", new InvalidTxnStateException("given up"));

  private long now;
  private final LostThreads threads = new LostThreads(() -> now);

  @Test
  void one_whose_transaction_the_broker_gave_up_is_replaced() {
    assertThat(threads.mayBeReplaced(LOST)).isTrue();
  }

  @Test
  void one_that_broke_otherwise_is_not() {
    assertThat(threads.mayBeReplaced(new StreamsException("cannot store"))).isFalse();
    assertThat(
            threads.mayBeReplaced(
                new StreamsException("cannot commit", new ProducerFencedException("another"))))
        .isFalse();
  }

  @Test
  void one_that_never_gets_on_is_not_replaced_for_ever() {
    for (int i = 0; i < 4; i++) {
      assertThat(threads.mayBeReplaced(LOST)).isTrue();
      now += Duration.ofSeconds(10).toNanos();
    }
    assertThat(threads.mayBeReplaced(LOST)).isFalse();

    // The first is more than a minute ago by then.
    now += Duration.ofSeconds(21).toNanos();
    assertThat(threads.mayBeReplaced(LOST)).isTrue();
    assertThat(threads.mayBeReplaced(LOST)).isFalse();
  }
}
