package io.fanfold.aggregator;

import io.fanfold.kit.Check;
import io.fanfold.kit.LoopThread;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a partition's view closed from the moment it is taken over until it has read everything
 * that was committed at that moment. So nobody who was answered before, here or elsewhere, is now
 * shown less.
 *
 * <p>After a standstill every partition is as if it had just been taken over, once the group has
 * answered: it may be another's by now, and this process the last to hear of it.
 */
final class ViewGate implements LoopThread.Body {

  private static final Logger log = LoggerFactory.getLogger(ViewGate.class);
  private static final long CATCHING_UP_MS = 20;
  private static final long IDLE_MS = 250;

  // The answer to the first may be that this is no member any more. By the last, a second and a
  // half later, whoever had to let go of its partitions has done so.
  private static final int HEARTBEATS = 4;

  private final KafkaStreams views;
  private final Admin admin;
  private final String groupId;
  private final Set<TopicPartition> all;
  private final Standstills standstills;
  private final Map<TopicPartition, Long> targets = new HashMap<>();
  private final Set<TopicPartition> open = ConcurrentHashMap.newKeySet();
  private final CountDownLatch stopped = new CountDownLatch(1);

  // What open was found to be after.
  private volatile int stoodStill;
  private Map<String, Double> heartbeatsThen;

  /**
   * @param groupId the application id of the views
   * @param all every partition of the viewed topics
   */
  ViewGate(
      KafkaStreams views,
      Admin admin,
      String groupId,
      Set<TopicPartition> all,
      Standstills standstills) {
    this.views = views;
    this.admin = admin;
    this.groupId = groupId;
    this.all = Set.copyOf(all);
    this.standstills = standstills;
  }

  boolean isOpen(TopicPartition partition) {
    // In this order: whoever takes notice of a standstill closes all before it says so.
    return standstills.count() == stoodStill && open.contains(partition);
  }

  /** Passes when every partition that is here has caught up, and there is one. */
  Check check() {
    return Check.of(
        "views",
        () -> {
          if (open.isEmpty()) {
            return Check.Result.failed("no partition has caught up yet");
          }
          Set<TopicPartition> here = active();
          here.removeAll(open);
          return here.isEmpty()
              ? Check.Result.ok(open.size() + " of " + all.size() + " partitions are here")
              : Check.Result.failed("catching up: " + names(here));
        });
  }

  @Override
  public void run() throws InterruptedException {
    boolean caughtUp = false;
    while (!stopped.await(caughtUp ? IDLE_MS : CATCHING_UP_MS, TimeUnit.MILLISECONDS)) {
      caughtUp = look();
    }
  }

  @Override
  public void stop() {
    stopped.countDown();
  }

  private boolean look() throws InterruptedException {
    int now = standstills.count();
    if (now != stoodStill) {
      log.warn("this process stood still; its partitions are closed until they are known anew");
      open.clear();
      targets.clear();
      heartbeatsThen = heartbeats();
      stoodStill = now;
    }
    if (heartbeatsThen != null) {
      if (!haveAnswered()) {
        return false;
      }
      heartbeatsThen = null;
    }
    Set<TopicPartition> here = active();
    open.retainAll(here);
    targets.keySet().retainAll(here);
    var closed = new HashSet<>(here);
    closed.removeAll(open);
    if (closed.isEmpty()) {
      return !here.isEmpty();
    }
    try {
      var unknown = new HashSet<>(closed);
      unknown.removeAll(targets.keySet());
      if (!unknown.isEmpty()) {
        targets.putAll(committedEnds(unknown));
        // Nothing is left to be read, so no position would ever be committed.
        firsts(unknown)
            .forEach(
                (partition, first) ->
                    targets.computeIfPresent(
                        partition, (p, end) -> first >= end ? Long.valueOf(0) : end));
      }
      Map<TopicPartition, OffsetAndMetadata> read =
          admin.listConsumerGroupOffsets(groupId).partitionsToOffsetAndMetadata().get();
      for (TopicPartition partition : closed) {
        OffsetAndMetadata position = read.get(partition);
        long target = targets.get(partition);
        if (target == 0 || position != null && position.offset() >= target) {
          open.add(partition);
          log.debug("the view of {} has caught up with {}", partition, target);
        }
      }
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof RetriableException)) {
        throw new IllegalStateException("cannot ask how far the views are", e.getCause());
      }
      log.info("cannot ask how far the views are, asking again: {}", e.getCause().getMessage());
    }
    return false;
  }

  /** Whether each thread of the views has had its heartbeats answered since the standstill. */
  private boolean haveAnswered() {
    Map<String, Double> now = heartbeats();
    return !now.isEmpty()
        && now.entrySet().stream()
            .allMatch(
                thread ->
                    thread.getValue() - heartbeatsThen.getOrDefault(thread.getKey(), 0.0)
                        >= HEARTBEATS);
  }

  /** How many heartbeats each member of the group has had answered, by its client id. */
  private Map<String, Double> heartbeats() {
    var answered = new HashMap<String, Double>();
    views
        .metrics()
        .forEach(
            (name, metric) -> {
              if (name.name().equals("heartbeat-total")
                  && name.group().equals("consumer-coordinator-metrics")) {
                answered.put(name.tags().get("client-id"), (Double) metric.metricValue());
              }
            });
    return answered;
  }

  private Map<TopicPartition, Long> committedEnds(Set<TopicPartition> partitions)
      throws ExecutionException, InterruptedException {
    var latest = partitions.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()));
    var ends = new HashMap<TopicPartition, Long>();
    admin
        .listOffsets(latest, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
        .all()
        .get()
        .forEach((partition, end) -> ends.put(partition, end.offset()));
    return ends;
  }

  private Map<TopicPartition, Long> firsts(Set<TopicPartition> partitions)
      throws ExecutionException, InterruptedException {
    var earliest =
        partitions.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.earliest()));
    var firsts = new HashMap<TopicPartition, Long>();
    admin
        .listOffsets(earliest)
        .all()
        .get()
        .forEach((partition, first) -> firsts.put(partition, first.offset()));
    return firsts;
  }

  private Set<TopicPartition> active() {
    if (!views.state().isRunningOrRebalancing()) {
      return new HashSet<>();
    }
    Set<TopicPartition> here =
        views.metadataForLocalThreads().stream()
            .flatMap(thread -> thread.activeTasks().stream())
            .flatMap(task -> task.topicPartitions().stream())
            .collect(Collectors.toSet());
    here.retainAll(all);
    return here;
  }

  private static String names(Set<TopicPartition> partitions) {
    return new TreeSet<>(partitions.stream().map(TopicPartition::toString).toList()).toString();
  }
}
