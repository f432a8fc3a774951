package io.fanfold.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.LoopThread;
import io.fanfold.kit.ProblemException;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.ProjectUsage;
import io.fanfold.schemas.Topics;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two instances of job-ingest and one project. Neither knows what the other has just accepted. */
final class QuotasTest {

  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
  private static final int LIMIT = 5;

  private final AvroCodec codec = Samples.codec("quotas-test");
  private final Instance one = new Instance();
  private final Instance two = new Instance();

  @AfterEach
  void close() {
    Stream.of(one, two).forEach(instance -> instance.reader.close());
    codec.close();
  }

  @Test
  void the_limit_holds_over_instances_while_the_counts_keep_up() {
    int accepted = 0;
    for (int i = 0; i < 4 * LIMIT; i++) {
      if ((i % 2 == 0 ? one : two).accepts()) {
        accepted++;
        count(accepted, i);
      }
    }

    assertThat(accepted).isEqualTo(LIMIT);
  }

  @Test
  void a_burst_before_any_count_is_bounded_by_the_limit_times_the_instances() {
    int accepted = 0;
    for (int i = 0; i < 4 * LIMIT; i++) {
      accepted += one.accepts() ? 1 : 0;
      accepted += two.accepts() ? 1 : 0;
    }
    assertThat(accepted).isEqualTo(2 * LIMIT);

    count(accepted, 1);
    assertThat(one.accepts()).isFalse();
    assertThat(two.accepts()).isFalse();
    count(LIMIT, 2);
    assertThat(one.accepts()).isFalse();
    count(LIMIT - 1, 3);
    assertThat(one.accepts()).isTrue();
  }

  /** The splitter says how many jobs are under way, and both have heard it. */
  private void count(long jobs, int afterMs) {
    byte[] usage = codec.encode(Topics.PROJECT_USAGE, new ProjectUsage("team", 0, jobs, NOW));
    for (Instance instance : List.of(one, two)) {
      instance.records.arrives("team/0", usage, NOW.toEpochMilli() + afterMs + 1);
      ApiServer.await(() -> instance.usages.of("team").atMs() == NOW.toEpochMilli() + afterMs + 1);
    }
  }

  private final class Instance {

    private final FakeReader records = new FakeReader(Topics.PROJECT_USAGE.name());
    private final ProjectUsages usages = new ProjectUsages(records, codec);
    private final LoopThread reader =
        new LoopThread(
            "usages",
            usages,
            cause -> {
              throw new AssertionError(cause);
            });
    private final Quotas quotas =
        new Quotas(
            new Quota(LIMIT, Map.of()),
            Quota.NONE,
            Quota.NONE,
            usages,
            Clock.fixed(NOW, ZoneOffset.UTC));

    Instance() {
      reader.start();
      ApiServer.await(usages::isReady);
    }

    boolean accepts() {
      try {
        quotas.take("team", 1);
        return true;
      } catch (ProblemException e) {
        assertThat(e.problem().code()).isEqualTo("QUOTA_JOBS_ACTIVE");
        return false;
      }
    }
  }
}
