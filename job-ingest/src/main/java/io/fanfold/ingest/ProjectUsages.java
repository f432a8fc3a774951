package io.fanfold.ingest;

import io.fanfold.kit.Check;
import io.fanfold.kit.LoopThread;
import io.fanfold.kit.TopicFollower;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.ProjectUsage;
import io.fanfold.schemas.Topics;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many jobs each project has under way, as the splitters tell. */
final class ProjectUsages implements LoopThread.Body {

  /**
   * Over all partitions of jobs.
   *
   * @param activeJobs jobs that have not ended
   * @param atMs when the newest of the counts was taken
   */
  record Usage(long activeJobs, long atMs) {}

  private static final Logger log = LoggerFactory.getLogger(ProjectUsages.class);
  private static final int MAX_PROJECTS = 10_000;
  private static final Usage NONE = new Usage(0, 0);

  private final TopicFollower<ProjectUsage> follower;
  private final Map<String, Map<String, Long>> byKey = new HashMap<>();
  private final Map<String, Usage> projects = new ConcurrentHashMap<>();

  ProjectUsages(Consumer<String, byte[]> consumer, AvroCodec codec) {
    this.follower = TopicFollower.fromStart(Topics.PROJECT_USAGE, consumer, codec, this::take);
  }

  Usage of(String project) {
    return projects.getOrDefault(project, NONE);
  }

  /** Whether everything told before the start is known. */
  boolean isReady() {
    return follower.isReady();
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

  private void take(String key, ProjectUsage usage, long timestampMs) {
    int slash = key.lastIndexOf('/');
    if (slash < 0) {
      log.warn("a usage without a project, of {}", key);
      return;
    }
    long jobs = usage == null ? 0 : usage.getActiveJobs();
    String project = key.substring(0, slash);
    Map<String, Long> counts = byKey.computeIfAbsent(project, name -> new HashMap<>());
    if (jobs == 0) {
      counts.remove(key);
    } else {
      counts.put(key, jobs);
    }
    if (counts.isEmpty()) {
      byKey.remove(project);
    }
    long sum = counts.values().stream().mapToLong(Long::longValue).sum();
    projects.put(project, new Usage(sum, timestampMs));
    if (projects.size() > MAX_PROJECTS) {
      // That a project has nothing is worth knowing only while a submission may be uncounted.
      long before = timestampMs - 60_000;
      projects.values().removeIf(known -> known.activeJobs() == 0 && known.atMs() < before);
    }
  }
}
