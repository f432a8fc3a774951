package io.fanfold.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.JobStates;
import io.fanfold.schemas.Dialect;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JobSearchTest {

  @TempDir Path directory;

  @Test
  void every_page_of_every_query_is_what_a_scan_of_all_jobs_finds() {
    long seed = Long.getLong("fanfold.seed", new Random().nextLong());
    System.out.println("seed " + seed);
    var random = new Random(seed);
    var jobs = new ArrayList<JobState>();
    try (var views = new Views(directory, 3, id -> {})) {
      for (long id = 1; id <= 120; id++) {
        JobState job = job(id, random);
        jobs.add(job);
        views.state(JobStates.queued(Samples.job(id, 3, 2)));
        views.state(job);
      }
      for (int i = 0; i < 10; i++) {
        JobState gone = jobs.remove(random.nextInt(jobs.size()));
        views.stateGone(gone.getId());
      }
      var search = new JobSearch(views.lookups());
      for (int i = 0; i < 60; i++) {
        JobQuery query = query(random);
        List<Long> expected =
            jobs.stream()
                .filter(query::matches)
                .sorted(
                    Comparator.comparing(JobState::getCreatedAt)
                        .thenComparing(JobState::getId)
                        .reversed())
                .map(JobState::getId)
                .toList();
        int limit = 1 + random.nextInt(20);
        var found = new ArrayList<Long>();
        String after = null;
        do {
          JobSearch.Page page = search.page(query, after, 0, limit);
          page.jobs().forEach(job -> found.add(job.getId()));
          after = page.next();
          if (query.isCounted()) {
            assertThat(page.total()).as("seed %d", seed).contains((long) expected.size());
          } else {
            assertThat(page.total()).isEqualTo(Optional.empty());
          }
        } while (after != null);
        assertThat(found).as("seed %d, %s", seed, query).isEqualTo(expected);

        int offset = random.nextInt(30);
        assertThat(search.page(query, null, offset, limit).jobs())
            .as("seed %d, %s, offset %d", seed, query, offset)
            .extracting(JobState::getId)
            .isEqualTo(expected.stream().skip(offset).limit(limit).toList());
      }
    }
  }

  @Test
  void a_deep_page_reads_no_more_than_the_first() {
    try (var views = new Views(directory, 1, id -> {})) {
      for (long id = 1; id <= 500; id++) {
        views.state(JobStates.queued(Samples.job(id, 3, 2)));
      }
      var read = new AtomicInteger();
      PartitionStore counting = counting(views.at(0), read);
      var search = new JobSearch(new JobViews((store, partition) -> counting, views.codec, 1));
      var query = new JobQuery("default", null, new TreeMap<>(), null, null);

      String after = null;
      var costs = new ArrayList<Integer>();
      for (int page = 0; page < 40; page++) {
        read.set(0);
        after = search.page(query, after, 0, 10).next();
        costs.add(read.get());
      }

      assertThat(costs).allMatch(cost -> cost <= costs.get(0));
    }
  }

  @Test
  void a_search_that_finds_nothing_stops_and_goes_on_with_a_cursor() {
    try (var views = new Views(directory, 1, id -> {})) {
      int each = JobSearch.MAX_EXAMINED + 50;
      for (long id = 1; id <= 2L * each; id++) {
        JobState job = JobStates.queued(Samples.job(id, 3, 2));
        job.setTag(id % 2 == 0 ? "a" : null);
        job.setName(id % 2 == 0 ? null : "n");
        views.state(job);
      }
      var search = new JobSearch(views.lookups());
      // Many jobs pass either filter, and none passes both.
      var query =
          new JobQuery("default", null, new TreeMap<>(Map.of("tag", "a", "name", "n")), null, null);

      JobSearch.Page first = search.page(query, null, 0, 10);
      JobSearch.Page second = search.page(query, first.next(), 0, 10);

      assertThat(first.jobs()).isEmpty();
      assertThat(first.next()).isNotNull();
      assertThat(second.jobs()).isEmpty();
      assertThat(second.next()).isNull();
    }
  }

  private static JobState job(long id, Random random) {
    JobState job = JobStates.queued(Samples.job(id, 3, 2));
    // Some share a moment.
    job.setCreatedAt(Samples.T0.plusSeconds(random.nextInt(3)));
    job.setStatus(JobStatus.values()[random.nextInt(JobStatus.values().length)]);
    job.setTag("tag" + random.nextInt(3));
    job.setName(random.nextBoolean() ? "a/b c\u00e9" : null);
    job.setCustomId("c" + random.nextInt(40));
    job.setMetadata(Map.of("k", "v" + random.nextInt(4)));
    job.setDialect(random.nextBoolean() ? null : new Dialect("d" + random.nextInt(2), "{}"));
    return job;
  }

  private static JobQuery query(Random random) {
    var filters = new TreeMap<String, String>();
    if (random.nextInt(3) == 0) {
      filters.put("tag", "tag" + random.nextInt(4));
    }
    if (random.nextInt(3) == 0) {
      filters.put("status", JobStatus.values()[random.nextInt(6)].name());
    }
    if (random.nextInt(4) == 0) {
      filters.put("name", "a/b c\u00e9");
    }
    if (random.nextInt(6) == 0) {
      filters.put("customId", "c" + random.nextInt(40));
    }
    if (random.nextInt(4) == 0) {
      filters.put("metadata.k", "v" + random.nextInt(4));
    }
    Instant before = random.nextInt(4) == 0 ? Samples.T0.plusSeconds(random.nextInt(2)) : null;
    Instant after = random.nextInt(4) == 0 ? Samples.T0.plusSeconds(random.nextInt(2)) : null;
    String dialect = random.nextInt(3) > 0 ? null : "d" + random.nextInt(3);
    return new JobQuery("default", dialect, filters, before, after);
  }

  private static PartitionStore counting(PartitionStore store, AtomicInteger read) {
    return new PartitionStore() {
      @Override
      public List<byte[]> get(ViewStore from, List<String> keys) {
        read.addAndGet(keys.size());
        return store.get(from, keys);
      }

      @Override
      public List<Row> range(ViewStore from, String first, String to, int limit) {
        List<Row> rows = store.range(from, first, to, limit);
        read.addAndGet(rows.size());
        return rows;
      }

      @Override
      public List<List<Row>> scan(ViewStore from, List<String> prefixes) {
        throw new AssertionError("a list of jobs scans nothing");
      }
    };
  }
}
