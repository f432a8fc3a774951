package io.fanfold.ingest;

import io.fanfold.kit.Problem;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a project may submit over HTTP. Jobs under way are counted where they are split; a job just
 * accepted counts from here on until the splitter's next count has it. Instances do not know of
 * each other's newest, so together they may go over by those.
 */
final class Quotas {

  private static final int PROJECTS = 10_000;

  // A submission that was not counted by now was not taken, or has ended again.
  private static final long UNCOUNTED_MS = 10_000;

  private final Quota jobsActive;
  private final Quota itemsPerJob;
  private final Quota perSecond;
  private final ProjectUsages usages;
  private final Clock clock;
  private final Map<String, Bucket> buckets = recent();
  private final Map<String, Deque<Long>> uncounted = recent();

  Quotas(Quota jobsActive, Quota itemsPerJob, Quota perSecond, ProjectUsages usages, Clock clock) {
    this.jobsActive = jobsActive;
    this.itemsPerJob = itemsPerJob;
    this.perSecond = perSecond;
    this.usages = usages;
    this.clock = clock;
  }

  /**
   * Takes room for one more job.
   *
   * @param items inline; 0 with a manifest
   * @throws io.fanfold.kit.ProblemException 429 when there is none
   */
  synchronized void take(String project, int items) {
    int maxItems = itemsPerJob.of(project);
    if (maxItems > 0 && items > maxItems) {
      throw exceeded("QUOTA_ITEMS_PER_JOB", "a job may have at most " + maxItems + " items");
    }
    int rate = perSecond.of(project);
    long now = clock.millis();
    Bucket bucket = null;
    if (rate > 0) {
      bucket = buckets.computeIfAbsent(project, name -> new Bucket(now, rate));
      if (!bucket.has(now, rate)) {
        throw exceeded(
            "QUOTA_SUBMISSIONS_PER_SECOND", "at most " + rate + " jobs a second may be submitted");
      }
    }
    int active = jobsActive.of(project);
    if (active > 0) {
      takeActive(project, active, now);
    }
    if (bucket != null) {
      bucket.take();
    }
  }

  private void takeActive(String project, int limit, long now) {
    if (!usages.isReady()) {
      throw Problem.unavailable("the service is starting; the job may be sent again").exception();
    }
    ProjectUsages.Usage usage = usages.of(project);
    Deque<Long> mine = uncounted.computeIfAbsent(project, name -> new ArrayDeque<>());
    mine.removeIf(at -> at < usage.atMs() || at < now - UNCOUNTED_MS);
    if (usage.activeJobs() + mine.size() >= limit) {
      throw exceeded("QUOTA_JOBS_ACTIVE", "at most " + limit + " jobs may be under way");
    }
    mine.add(now);
  }

  private static RuntimeException exceeded(String code, String detail) {
    return Problem.of(429, code, "The project's quota is used up", detail).exception();
  }

  private static <V> Map<String, V> recent() {
    return new LinkedHashMap<>(16, 0.75f, true) {
      @Override
      protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
        return size() > PROJECTS;
      }
    };
  }

  /** Fills up with time, to a second's worth. */
  private static final class Bucket {

    private double tokens;
    private long filledMs;

    Bucket(long nowMs, int rate) {
      this.tokens = rate;
      this.filledMs = nowMs;
    }

    boolean has(long nowMs, int rate) {
      double passed = Math.max(0, nowMs - filledMs) / 1_000.0;
      tokens = Math.min(rate, tokens + passed * rate);
      filledMs = Math.max(filledMs, nowMs);
      return tokens >= 1;
    }

    void take() {
      tokens--;
    }
  }
}
