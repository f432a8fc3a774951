package io.fanfold.aggregator;

import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.JobState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds jobs, newest first. The filter that the fewest jobs pass says which rows of the index are
 * read, the others are checked on each job. What a page costs depends on neither how deep it is nor
 * how many jobs there are.
 */
final class JobSearch {

  /** At most so many jobs are looked at for a page; one that found too few has a next page. */
  static final int MAX_EXAMINED = 2_000;

  private static final int MAX_READ = 500;

  /**
   * A page.
   *
   * @param total jobs that are wanted in all, if a count says so
   * @param next where to go on, or null at the end
   */
  record Page(List<JobState> jobs, Optional<Long> total, String next) {}

  private final JobViews views;

  JobSearch(JobViews views) {
    this.views = views;
  }

  /**
   * @param after a position to go on after, or null
   * @param offset how many to skip from there
   */
  Page page(JobQuery query, String after, int offset, int limit) {
    List<String> terms = query.terms();
    Map<String, Long> counts = counts(terms);
    String driver = terms.get(0);
    for (String term : terms) {
      if (counts.get(term) < counts.get(driver)) {
        driver = term;
      }
    }
    Optional<Long> total =
        query.isCounted() ? Optional.of(counts.get(driver)) : Optional.<Long>empty();
    if (counts.get(driver) <= 0) {
      return new Page(List.of(), total, null);
    }
    var rows = new Merge(query, driver, after, Math.min(MAX_READ, offset + limit + 1));
    var jobs = new ArrayList<JobState>();
    String last = after;
    int left = offset;
    int examined = 0;
    while (jobs.size() < limit && examined < MAX_EXAMINED) {
      List<Candidate> candidates = rows.take(limit - jobs.size() + left);
      if (candidates.isEmpty()) {
        return page(jobs, total, offset - left, null);
      }
      // Rows to be skipped are jobs to be skipped if there is nothing to check.
      int skipped = terms.size() == 1 ? Math.min(left, candidates.size()) : 0;
      left -= skipped;
      examined += candidates.size() - skipped;
      for (JobState job : states(candidates.subList(skipped, candidates.size()))) {
        if (query.matches(job)) {
          if (left > 0) {
            left--;
          } else {
            jobs.add(job);
          }
        }
      }
      last = candidates.get(candidates.size() - 1).position();
    }
    return page(jobs, total, offset - left, rows.hasMore() ? last : null);
  }

  /** A job that came after the counts were read is on the page and belongs to the total. */
  private static Page page(List<JobState> jobs, Optional<Long> total, int skipped, String next) {
    return new Page(
        jobs, total.map(counted -> Math.max(counted, (long) skipped + jobs.size())), next);
  }

  /** How many jobs have a term, over all partitions. */
  Map<String, Long> counts(List<String> terms) {
    List<String> keys = terms.stream().map(JobIndex::countKey).toList();
    var sums = new HashMap<String, Long>();
    for (int partition = 0; partition < views.partitions(); partition++) {
      List<byte[]> rows = views.at(ViewStore.JOB_INDEX, partition).get(ViewStore.JOB_INDEX, keys);
      for (int i = 0; i < terms.size(); i++) {
        sums.merge(terms.get(i), JobIndexer.count(rows.get(i)), Long::sum);
      }
    }
    return sums;
  }

  private List<JobState> states(List<Candidate> candidates) {
    var byPartition = new HashMap<Integer, List<String>>();
    for (Candidate candidate : candidates) {
      byPartition
          .computeIfAbsent(candidate.partition(), p -> new ArrayList<>())
          .add(candidate.jobKey());
    }
    var found = new HashMap<String, JobState>();
    byPartition.forEach(
        (partition, keys) ->
            views.jobs(partition, keys).forEach(job -> found.put(JobIds.key(job.getId()), job)));
    return candidates.stream()
        .filter(candidate -> found.containsKey(candidate.jobKey()))
        .map(candidate -> found.get(candidate.jobKey()))
        .toList();
  }

  /** A job that a row of the index leads to. */
  private record Candidate(String position, int partition, String jobKey) {}

  /** The rows of a term from all partitions, in order. */
  private final class Merge {

    private final String term;
    private final int read;
    private final String to;
    private final List<List<PartitionStore.Row>> heads = new ArrayList<>();
    private final int[] at;
    private final String[] from;

    Merge(JobQuery query, String term, String after, int read) {
      this.term = term;
      this.read = read;
      String first = after == null ? "" : after + "\0";
      if (query.createdBefore() != null) {
        String before = JobOrder.before(query.createdBefore());
        first = before.compareTo(first) > 0 ? before : first;
      }
      this.to =
          JobIndex.rowKey(
              term,
              query.createdAfter() == null
                  ? JobOrder.END
                  : JobOrder.notBefore(query.createdAfter()));
      this.at = new int[views.partitions()];
      this.from = new String[views.partitions()];
      for (int partition = 0; partition < views.partitions(); partition++) {
        from[partition] = JobIndex.rowKey(term, first);
        heads.add(List.of());
        fill(partition);
      }
    }

    List<Candidate> take(int wanted) {
      var taken = new ArrayList<Candidate>();
      while (taken.size() < Math.min(wanted, MAX_READ)) {
        int newest = newest();
        if (newest < 0) {
          break;
        }
        PartitionStore.Row row = heads.get(newest).get(at[newest]++);
        taken.add(
            new Candidate(
                JobIndex.position(row.key(), term),
                newest,
                new String(row.value(), StandardCharsets.UTF_8)));
        if (at[newest] == heads.get(newest).size()) {
          fill(newest);
        }
      }
      return taken;
    }

    boolean hasMore() {
      return newest() >= 0;
    }

    private int newest() {
      int newest = -1;
      for (int partition = 0; partition < at.length; partition++) {
        if (at[partition] < heads.get(partition).size()
            && (newest < 0 || head(partition).compareTo(head(newest)) < 0)) {
          newest = partition;
        }
      }
      return newest;
    }

    private String head(int partition) {
      return heads.get(partition).get(at[partition]).key();
    }

    private void fill(int partition) {
      List<PartitionStore.Row> rows =
          from[partition] == null
              ? List.of()
              : views
                  .at(ViewStore.JOB_INDEX, partition)
                  .range(ViewStore.JOB_INDEX, from[partition], to, read);
      heads.set(partition, rows);
      at[partition] = 0;
      from[partition] = rows.size() < read ? null : rows.get(read - 1).key() + "\0";
    }
  }
}
