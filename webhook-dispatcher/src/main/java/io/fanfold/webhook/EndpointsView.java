package io.fanfold.webhook;

import io.fanfold.kit.Check;
import io.fanfold.kit.LoopThread;
import io.fanfold.kit.TopicFollower;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Topics;
import io.fanfold.schemas.WebhookEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All of {@code webhook-endpoints} in memory, read from the beginning at each start: an event of
 * any job may be for any endpoint of its project, and there are few.
 */
final class EndpointsView implements Endpoints, LoopThread.Body {

  private static final Logger log = LoggerFactory.getLogger(EndpointsView.class);

  /** Somebody who waits until an endpoint is as they expect. */
  private record Waiting(
      String key,
      Predicate<Optional<WebhookEndpoint>> condition,
      CompletableFuture<Optional<WebhookEndpoint>> seen) {}

  private final TopicFollower<WebhookEndpoint> follower;

  /** Lists are replaced and never changed: they are read for every event. */
  private final Map<String, List<WebhookEndpoint>> projects = new ConcurrentHashMap<>();

  private final ConcurrentLinkedQueue<Waiting> waiting = new ConcurrentLinkedQueue<>();

  /**
   * @param consumer a read_committed consumer of its own; closed at the end of the loop
   */
  EndpointsView(Consumer<String, byte[]> consumer, AvroCodec codec) {
    this.follower = TopicFollower.fromStart(Topics.WEBHOOK_ENDPOINTS, consumer, codec, this::take);
  }

  /** The key of an endpoint in the topics. */
  static String key(String project, String id) {
    return project + "/" + id;
  }

  @Override
  public List<WebhookEndpoint> of(String project) {
    return projects.getOrDefault(project, List.of());
  }

  @Override
  public Optional<WebhookEndpoint> find(String project, String id) {
    return of(project).stream().filter(endpoint -> endpoint.getId().equals(id)).findFirst();
  }

  /**
   * The endpoint, or none, once that meets the condition; a TimeoutException when it does not for
   * so long.
   */
  CompletableFuture<Optional<WebhookEndpoint>> await(
      String project,
      String id,
      Predicate<Optional<WebhookEndpoint>> condition,
      Duration patience) {
    var each =
        new Waiting(
            key(project, id),
            condition,
            new CompletableFuture<Optional<WebhookEndpoint>>()
                .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS));
    waiting.add(each);
    each.seen.whenComplete((endpoint, failure) -> waiting.remove(each));
    // It may have come before it was waited for.
    tell(each, find(project, id));
    return each.seen;
  }

  /** Whether everything is known that was there when reading began. */
  boolean isCaughtUp() {
    return follower.isReady();
  }

  /** The same, waiting for it so long. */
  boolean awaitCaughtUp(Duration timeout) throws InterruptedException {
    return follower.awaitReady(timeout);
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

  private void take(String key, WebhookEndpoint endpoint, long timestampMs) {
    int slash = key.indexOf('/');
    if (slash < 0) {
      log.warn("no endpoint's key: {}", key);
      return;
    }
    put(key.substring(0, slash), key.substring(slash + 1), Optional.ofNullable(endpoint));
  }

  private void put(String project, String id, Optional<WebhookEndpoint> endpoint) {
    var list = new ArrayList<>(of(project));
    list.removeIf(each -> each.getId().equals(id));
    endpoint.ifPresent(list::add);
    list.sort(Comparator.comparing(WebhookEndpoint::getId));
    if (list.isEmpty()) {
      projects.remove(project);
    } else {
      projects.put(project, List.copyOf(list));
    }
    String key = key(project, id);
    for (Waiting each : waiting) {
      if (each.key.equals(key)) {
        tell(each, endpoint);
      }
    }
  }

  private static void tell(Waiting each, Optional<WebhookEndpoint> endpoint) {
    if (each.condition.test(endpoint)) {
      each.seen.complete(endpoint);
    }
  }
}
