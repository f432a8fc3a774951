package io.fanfold.ingest.dialect.edgeimpulse;

import io.fanfold.kit.LoopThread;
import io.fanfold.kit.Problem;
import io.fanfold.kit.RecordSender;
import io.fanfold.kit.TopicTable;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Sample;
import io.fanfold.schemas.SampleCategory;
import io.fanfold.schemas.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
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

  private final TopicTable<Sample> table;
  private final Map<String, NavigableMap<Long, Sample>> byProject = new ConcurrentHashMap<>();

  /**
   * @param reader a read_committed consumer of its own; closed at the end of the loop
   * @param patience how long a change is waited for
   */
  SampleRegistry(
      Consumer<String, byte[]> reader,
      AvroCodec codec,
      RecordSender sender,
      Clock clock,
      Duration patience) {
    this.table =
        new TopicTable<>(Topics.SAMPLES, reader, codec, sender, clock, patience, this::take);
  }

  private static String key(String project, long id) {
    return project + "/" + id;
  }

  /** A project's samples by id. */
  Collection<Sample> of(String project) {
    if (!table.isReady()) {
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

  /** Completes when it is found here; see {@link TopicTable#write}. */
  CompletableFuture<Void> add(Sample sample) {
    return table.write(Map.of(key(sample.getProject(), sample.getId()), sample));
  }

  /** Completes when it is not found here any more; see {@link TopicTable#write}. */
  CompletableFuture<Void> remove(Sample sample) {
    var change = new HashMap<String, Sample>();
    change.put(key(sample.getProject(), sample.getId()), null);
    return table.write(change);
  }

  @Override
  public void run() {
    table.run();
  }

  @Override
  public void stop() {
    table.stop();
  }

  /** What the topic says; on the follower's thread. */
  private void take(String key, Sample sample) {
    int slash = key.lastIndexOf('/');
    String project = key.substring(0, Math.max(0, slash));
    if (sample != null) {
      byProject
          .computeIfAbsent(project, absent -> new ConcurrentSkipListMap<>())
          .put(sample.getId(), sample);
    } else if (slash >= 0) {
      remove(project, key.substring(slash + 1));
    }
  }

  private void remove(String project, String id) {
    NavigableMap<Long, Sample> samples = byProject.get(project);
    if (samples != null && id.matches("[0-9]{1,16}")) {
      samples.remove(Long.parseLong(id));
    }
  }
}
