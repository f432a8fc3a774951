package io.fanfold.ingest.dialect.edgeimpulse;

import io.fanfold.kit.LoopThread;
import io.fanfold.kit.Problem;
import io.fanfold.kit.TopicFollower;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Sample;
import io.fanfold.schemas.SampleCategory;
import io.fanfold.schemas.Topics;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.kafka.clients.consumer.Consumer;

/** The samples of all projects as the topic has them, in memory. */
final class SampleRegistry implements LoopThread.Body {

  private final TopicFollower<Sample> follower;
  private final Map<String, NavigableMap<Long, Sample>> byProject = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<Void>> awaited = new ConcurrentHashMap<>();

  SampleRegistry(Consumer<String, byte[]> consumer, AvroCodec codec) {
    this.follower = TopicFollower.fromStart(Topics.SAMPLES, consumer, codec, this::take);
  }

  static String key(String project, long id) {
    return project + "/" + id;
  }

  /** A project's samples by id. */
  Collection<Sample> of(String project) {
    if (!follower.isReady()) {
      throw Problem.unavailable("the samples are still being read").exception();
    }
    return byProject.getOrDefault(project, new ConcurrentSkipListMap<>()).values();
  }

  /** Those of one part of the data set, by id. */
  List<Sample> of(String project, SampleCategory category) {
    return of(project).stream().filter(sample -> sample.getCategory() == category).toList();
  }

  Optional<Sample> find(String project, long id) {
    of(project);
    return Optional.ofNullable(
        byProject.getOrDefault(project, new ConcurrentSkipListMap<>()).get(id));
  }

  /** Completes at the next record of that key; asked for before it is sent. */
  CompletableFuture<Void> next(String key) {
    return awaited.computeIfAbsent(key, absent -> new CompletableFuture<>());
  }

  /** Nobody waits for it any more. */
  void forget(String key) {
    awaited.remove(key);
  }

  @Override
  public void run() {
    follower.run();
  }

  @Override
  public void stop() {
    follower.stop();
  }

  /** What the topic says; on the follower's thread. */
  void take(String key, Sample sample, long timestampMs) {
    int slash = key.lastIndexOf('/');
    String project = key.substring(0, Math.max(0, slash));
    if (sample != null) {
      byProject
          .computeIfAbsent(project, absent -> new ConcurrentSkipListMap<>())
          .put(sample.getId(), sample);
    } else if (slash >= 0) {
      remove(project, key.substring(slash + 1));
    }
    CompletableFuture<Void> waiting = awaited.remove(key);
    if (waiting != null) {
      waiting.complete(null);
    }
  }

  private void remove(String project, String id) {
    NavigableMap<Long, Sample> samples = byProject.get(project);
    if (samples != null && id.matches("[0-9]{1,16}")) {
      samples.remove(Long.parseLong(id));
    }
  }
}
