package io.fanfold.ingest;

import io.fanfold.kit.Check;
import io.fanfold.kit.LoopThread;
import io.fanfold.kit.Problem;
import io.fanfold.kit.TopicFollower;
import io.fanfold.schemas.Admission;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * Answers of the splitter to submissions that this instance waits for. What was answered before it
 * started nobody here waits for, so reading begins at the end.
 */
final class Admissions implements LoopThread.Body {

  private final TopicFollower<Admission> follower;
  private final Duration patience;
  private final Map<String, CompletableFuture<Admission>> waiting = new ConcurrentHashMap<>();

  /**
   * @param patience how long an answer is waited for
   */
  Admissions(Consumer<String, byte[]> consumer, AvroCodec codec, Duration patience) {
    this.follower = TopicFollower.fromEnd(Topics.ADMISSIONS, consumer, codec, this::take);
    this.patience = patience;
  }

  /**
   * The answer to the request with this id, or a TimeoutException.
   *
   * @throws io.fanfold.kit.ProblemException 503 while answers are not read yet
   */
  CompletableFuture<Admission> await(String requestId) {
    if (!follower.isReady()) {
      throw Problem.unavailable("the service is starting; the job may be sent again").exception();
    }
    var answer = new CompletableFuture<Admission>();
    waiting.put(requestId, answer);
    answer.whenComplete((admission, failure) -> waiting.remove(requestId));
    return answer.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  Check check() {
    return follower.check();
  }

  @Override
  public void run() {
    follower.run();
  }

  @Override
  public void stop() {
    follower.stop();
  }

  private void take(String key, Admission admission, long timestampMs) {
    if (admission == null || admission.getRequestId() == null) {
      return;
    }
    CompletableFuture<Admission> answer = waiting.get(admission.getRequestId());
    // Ids are the senders' own, and anybody may produce one.
    if (answer != null
        && SubmissionIds.key(admission.getProject(), admission.getSubmissionId()).equals(key)) {
      answer.complete(admission);
    }
  }
}
