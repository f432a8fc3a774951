package io.fanfold.ingest;

import io.fanfold.kit.Check;
import io.fanfold.kit.LoopThread;
import io.fanfold.kit.Problem;
import io.fanfold.schemas.Admission;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers of the splitter to submissions that this instance waits for. What was answered before it
 * started nobody here waits for, so reading begins at the end.
 */
final class Admissions implements LoopThread.Body {

  private static final Logger log = LoggerFactory.getLogger(Admissions.class);
  private static final Duration POLL = Duration.ofSeconds(1);

  private final Consumer<String, byte[]> consumer;
  private final AvroCodec codec;
  private final Duration patience;
  private final Map<String, CompletableFuture<Admission>> waiting = new ConcurrentHashMap<>();
  private volatile boolean ready;
  private volatile boolean stopped;

  /**
   * @param patience how long an answer is waited for
   */
  Admissions(Consumer<String, byte[]> consumer, AvroCodec codec, Duration patience) {
    this.consumer = consumer;
    this.codec = codec;
    this.patience = patience;
  }

  /**
   * The answer to the request with this id, or a TimeoutException.
   *
   * @throws io.fanfold.kit.ProblemException 503 while answers are not read yet
   */
  CompletableFuture<Admission> await(String requestId) {
    if (!ready) {
      throw Problem.unavailable("the service is starting; the job may be sent again").exception();
    }
    var answer = new CompletableFuture<Admission>();
    waiting.put(requestId, answer);
    answer.whenComplete((admission, failure) -> waiting.remove(requestId));
    return answer.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  Check check() {
    return Check.of(
        "admissions",
        () -> ready ? Check.Result.ok("reading") : Check.Result.failed("not reading yet"));
  }

  @Override
  public void run() {
    try (consumer) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(Topics.ADMISSIONS.name()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToEnd(partitions);
      // Seeking is put off until a position is asked for.
      partitions.forEach(consumer::position);
      ready = true;
      while (!stopped) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
          take(record);
        }
      }
    } catch (WakeupException e) {
      if (!stopped) {
        throw e;
      }
    }
  }

  @Override
  public void stop() {
    stopped = true;
    consumer.wakeup();
  }

  private void take(ConsumerRecord<String, byte[]> record) {
    if (waiting.isEmpty() || record.value() == null) {
      return;
    }
    try {
      Admission admission = codec.decode(Topics.ADMISSIONS, record.value());
      if (admission.getRequestId() != null) {
        CompletableFuture<Admission> answer = waiting.get(admission.getRequestId());
        // Ids are the senders' own, and anybody may produce one.
        if (answer != null
            && SubmissionIds.key(admission.getProject(), admission.getSubmissionId())
                .equals(record.key())) {
          answer.complete(admission);
        }
      }
    } catch (SerializationException e) {
      log.warn("cannot read the admission at {}-{}", record.partition(), record.offset(), e);
    }
  }
}
