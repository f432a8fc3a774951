package io.fanfold.kit;

import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Kafka Streams application as a part of a service. */
public final class StreamsPart implements Service.Part {

  private static final Logger log = LoggerFactory.getLogger(StreamsPart.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final KafkaStreams streams;
  private final String name;
  private final LostThreads lostThreads = new LostThreads(System::nanoTime);
  private final CountDownLatch running = new CountDownLatch(1);

  public StreamsPart(
      String name, Topology topology, Properties settings, Consumer<Throwable> onFailure) {
    this.name = name;
    this.streams = new KafkaStreams(topology, settings);
    streams.setUncaughtExceptionHandler(
        cause -> {
          if (lostThreads.mayBeReplaced(cause)) {
            log.warn("a thread of {} lost its transaction and is replaced", name, cause);
            return StreamThreadExceptionResponse.REPLACE_THREAD;
          }
          onFailure.accept(cause);
          return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    streams.setStateListener(
        (now, before) -> {
          if (now == KafkaStreams.State.RUNNING) {
            running.countDown();
          }
        });
  }

  public KafkaStreams streams() {
    return streams;
  }

  /** A check that passes while every assigned task is running. */
  public Check check() {
    return Check.of(
        name,
        () -> {
          KafkaStreams.State state = streams.state();
          return state == KafkaStreams.State.RUNNING
              ? Check.Result.ok(state.toString())
              : Check.Result.failed(state.toString());
        });
  }

  /** Whether it has been running at least once, waiting at most so long. */
  public boolean awaitRunning(Duration timeout) throws InterruptedException {
    return running.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void start() {
    streams.start();
  }

  @Override
  public void close() {
    // By default it stays in its group, and nobody has its partitions until its session is over.
    streams.close(
        CloseOptions.timeout(CLOSE_TIMEOUT)
            .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
  }
}
