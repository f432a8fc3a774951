package io.fanfold.ingest.dialect.edgeimpulse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class JobFinderTest {

  private final FakeJobs jobs = new FakeJobs();
  private final JobFinder finder = new JobFinder(jobs);

  @Test
  void a_job_comes_with_those_of_its_other_variants() {
    jobs.put(Given.job(76, "RUNNING", "float32"));
    jobs.put(Given.job(77, "COMPLETED", "int8", 76));

    assertThat(finder.find("42", "77").isFinished()).isFalse();
    assertThat(finder.find("42", "76").children()).isEmpty();
    jobs.jobs.remove(76L);
    assertThat(finder.find("42", "77").isFinished())
        .as("one that is gone holds up nothing")
        .isTrue();
    assertThatThrownBy(() -> finder.find("42", "78")).hasMessageContaining("no job 78");
    assertThatThrownBy(() -> finder.find("42", "x")).hasMessageContaining("no job x");
  }

  @Test
  void a_scan_goes_on_to_the_end_and_counts_what_fits() {
    for (int i = 1; i <= 7; i++) {
      jobs.put(Given.job(i, i % 2 == 0 ? "COMPLETED" : "RUNNING", "int8"));
    }

    JobFinder.Page page = finder.scan("42", Map.of(), ClassifyJob::isFinished, 1, 1);

    assertThat(page.total()).isEqualTo(3);
    assertThat(page.jobs()).extracting(job -> job.root().path("id").asLong()).containsExactly(4L);
    assertThat(jobs.lists).hasSize(4);
  }

  @Test
  void results_are_those_of_the_newest_job_that_completed() {
    classify(1, "COMPLETED", 3);
    classify(2, "COMPLETED", 3);
    classify(3, "CANCELED", 2);
    classify(4, "RUNNING", 1);

    assertThat(id(finder.latest("42", 1, "int8"))).isEqualTo(2);
    assertThat(finder.latest("42", 1, "float32")).isEmpty();
    assertThat(finder.latest("42", 2, "int8")).isEmpty();
    assertThat(finder.variants("42", 1)).containsExactly("int8");
    assertThat(id(finder.latest("42", 1))).isEqualTo(2);
  }

  @Test
  void until_a_job_has_completed_they_are_those_of_the_newest_that_has_any() {
    jobs.pageSize = 100;
    classify(1, "CANCELED", 2);
    classify(2, "RUNNING", 1);
    classify(3, "RUNNING", 0);

    assertThat(id(finder.latest("42", 1, "int8"))).isEqualTo(2);
  }

  @Test
  void items_are_told_page_after_page_up_to_the_limit() {
    jobs.items = 9;
    jobs.pageSize = 4;
    JsonNode job = Given.job(77, "COMPLETED", "int8");
    var told = new ArrayList<Integer>();

    assertThat(finder.succeeded("42", job, 2, 6, item -> told.add(item.path("index").asInt())))
        .isEqualTo(9);
    assertThat(told).containsExactly(2, 3, 4, 5, 6, 7);
    assertThat(jobs.lists)
        .containsExactly(
            Map.of("outcome", "succeeded", "offset", "2", "limit", "6"),
            Map.of("outcome", "succeeded", "cursor", "6", "limit", "2"));
    told.clear();
    finder.succeeded("42", job, 0, Integer.MAX_VALUE, item -> told.add(item.path("index").asInt()));
    assertThat(told).hasSize(9).isSorted();
  }

  @Test
  void a_watch_tells_each_line_and_the_end_once() {
    ObjectNode job = jobs.put(Given.job(77, "RUNNING", "int8"));
    var sent = new ArrayList<String>();
    var watch = new JobWatch(finder, "42", new Frames.LogStream(77, 0), sent::add);

    assertThat(watch.look()).isFalse();
    assertThat(watch.look()).isFalse();
    assertThat(sent).hasSize(2).allMatch(frame -> frame.startsWith("42[\"job-data-77\""));
    job.put("status", "COMPLETED").put("endedAt", "2026-01-02T03:04:08Z");
    assertThat(watch.look()).isTrue();
    assertThat(sent).hasSize(4);
    assertThat(sent.get(2)).contains("Job completed");
    assertThat(sent.get(3)).isEqualTo("42[\"job-finished-77\",{\"success\":true}]");
  }

  @Test
  void a_watch_leaves_out_what_was_seen_before() {
    jobs.put(Given.job(77, "FAILED", "int8"));
    var sent = new ArrayList<String>();
    long seen = Instant.parse("2026-01-02T03:04:06.5Z").toEpochMilli();

    assertThat(new JobWatch(finder, "42", new Frames.LogStream(77, seen), sent::add).look())
        .isTrue();
    assertThat(sent).hasSize(2);
    assertThat(sent.get(1)).isEqualTo("42[\"job-finished-77\",{\"success\":false}]");
  }

  @Test
  void a_watch_of_no_job_ends_in_silence_and_one_without_lookups_waits() {
    var sent = new ArrayList<String>();

    assertThat(new JobWatch(finder, "42", new Frames.LogStream(5, 0), sent::add).look()).isTrue();
    var away =
        new FakeJobs() {
          @Override
          public Optional<JsonNode> find(String project, String dialect, long id) {
            throw Problem.unavailable("on purpose").exception();
          }
        };
    var watch = new JobWatch(new JobFinder(away), "42", new Frames.LogStream(5, 0), sent::add);
    assertThat(watch.look()).isFalse();
    assertThat(sent).isEmpty();
  }

  private void classify(long id, String status, int succeeded) {
    ObjectNode job = jobs.put(Given.job(id, status, "int8"));
    job.put("customId", ClassifyRequest.customId(1, "int8"));
    ((ObjectNode) job.path("counts")).put("succeeded", succeeded);
  }

  private static long id(Optional<JsonNode> job) {
    return job.orElseThrow().path("id").longValue();
  }
}
