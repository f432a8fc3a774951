package io.fanfold.webhook;

import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Topics;
import io.fanfold.schemas.WebhookAttempt;
import io.fanfold.schemas.serde.SchemaRegistryUnavailableException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Outcomes to {@code webhook-attempts}. While Kafka is away it keeps trying: each record waiting
 * holds its sender thread, so that no further attempts are made whose outcome nobody could record.
 */
final class KafkaAttemptLog implements AttemptLog {

  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Logger log = LoggerFactory.getLogger(KafkaAttemptLog.class);

  private final Producer<String, byte[]> producer;
  private final AvroCodec codec;
  private final Consumer<Throwable> onFailure;

  /**
   * @param producer idempotent, acks=all
   * @param onFailure told when a record can never be written; the service should end, since the
   *     delivery would stay in the sender's hands for ever
   */
  KafkaAttemptLog(
      Producer<String, byte[]> producer, AvroCodec codec, Consumer<Throwable> onFailure) {
    this.producer = producer;
    this.codec = codec;
    this.onFailure = onFailure;
  }

  @Override
  public void write(WebhookAttempt attempt, int partition) {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        send(attempt, partition);
        return;
      } catch (InterruptedException | InterruptException e) {
        // The service is closing; whoever owns the partition next makes the attempt again.
        Thread.currentThread().interrupt();
      } catch (RetriableException | SchemaRegistryUnavailableException e) {
        log.warn(
            "attempt {} of {} is not recorded yet", attempt.getAttempt(), attempt.getEventId(), e);
        LockSupport.parkNanos(PAUSE.toNanos());
      } catch (KafkaException | IllegalStateException e) {
        onFailure.accept(e);
        return;
      }
    }
  }

  private void send(WebhookAttempt attempt, int partition) throws InterruptedException {
    byte[] value = codec.encode(Topics.WEBHOOK_ATTEMPTS, attempt);
    try {
      producer
          .send(
              new ProducerRecord<>(
                  Topics.WEBHOOK_ATTEMPTS.name(), partition, attempt.getEventId(), value))
          .get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
    }
  }
}
