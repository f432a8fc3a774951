package io.fanfold.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two of every service a job goes through, under load from callers who do as they are told. Whoever
 * dies or is restarted, no caller is given a wrong answer, and every job ends with exact counts.
 * {@code -Dfanfold.seed} repeats a run's choices.
 */
final class SeveralInstancesIT {

  private static final long SEED = Long.getLong("fanfold.seed", System.nanoTime());

  // One of each kind, or all of them: a start takes its time.
  private static final int RESTART_EVERY = Boolean.getBoolean("fanfold.restarts.all") ? 1 : 2;
  // Work moves 6 s after the last sign of life; a busy machine takes its time.
  private static final Duration MOVED = Duration.ofSeconds(20);
  // Two, the one retry, unless the machine is busy with much else.
  private static final int MOST_TRIES = 3;
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final List<String> STORES = List.of("JOBS", "JOB_INDEX", "BATCHES", "ITEMS");

  @TempDir static Path directory;
  private static TwoOfEach all;

  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final List<LookupClient> lookups = new ArrayList<>();
  private SubmitClient submissions;

  @BeforeAll
  static void start() throws Exception {
    System.out.println("fanfold.seed=" + SEED);
    all = TwoOfEach.start(directory, Map.of());
  }

  @AfterAll
  static void stop() {
    if (all != null) {
      all.close();
    }
  }

  @BeforeEach
  void load(TestInfo test) {
    await("both aggregators answer, and both are ready to stand in")
        .atMost(SOON)
        .until(() -> all.aggregators().stream().allMatch(this::standsIn));
    submissions = new SubmitClient(all.fronts(), wrong, SEED + test.getDisplayName().hashCode());
    submissions.start();
    await("a job was accepted").atMost(SOON).until(() -> !submissions.jobs().isEmpty());
    for (int i = 0; i < 2; i++) {
      lookups.add(new LookupClient(all.fronts(), submissions.jobs(), wrong, SEED + i));
    }
    lookups.forEach(Thread::start);
    await("jobs end")
        .atMost(SOON)
        .until(() -> submissions.jobs().keySet().stream().anyMatch(this::hasEnded));
  }

  @AfterEach
  void finish() throws InterruptedException {
    if (submissions != null) {
      submissions.finish();
    }
    for (LookupClient client : lookups) {
      client.finish();
    }
    all.services().forEach(ServiceProcess::requireAlive);
  }

  @Test
  void an_aggregator_that_is_killed_is_stood_in_for_and_its_work_moves() throws Exception {
    ServiceProcess victim = all.aggregators().get(0);
    ServiceProcess survivor = all.aggregators().get(1);
    awaitBothOwn();
    int had = owned(victim).size();
    victim.kill();
    long killed = System.nanoTime();
    Set<Long> before = Set.copyOf(submissions.jobs().keySet());
    await("the other answers for all partitions itself")
        .atMost(MOVED)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> owned(survivor).size() == STORES.size() * TwoOfEach.PARTITIONS);
    Duration read = Duration.ofNanos(System.nanoTime() - killed);
    awaitEndsOnEveryPartition(before);
    Duration folded = Duration.ofNanos(System.nanoTime() - killed);
    System.out.printf(
        "aggregator killed with %d stores: lookups moved after %d ms, new jobs ended on every"
            + " partition after %d ms%n",
        had, read.toMillis(), folded.toMillis());
    victim.start();
    victim.awaitReady();
    everythingEnds();
    assertThat(lookups).as("a standby was asked").anyMatch(client -> client.figures().stale() > 0);
  }

  @Test
  void what_stood_still_shows_nothing_older_than_the_other_did_and_takes_up_its_work()
      throws Exception {
    ServiceProcess victim = all.aggregators().get(0);
    ServiceProcess survivor = all.aggregators().get(1);
    awaitBothOwn();
    ServiceProcess worker = all.workers().get(0);
    victim.pause();
    worker.pause();
    var current = new FanfoldHttp(survivor.url());
    var memory = new LookupMemory();
    var known = new TreeMap<Long, Integer>();
    var asked = new TreeMap<Long, Socket>();
    try {
      Set<Long> under = Set.copyOf(submissions.jobs().keySet());
      await("the other answers for all partitions itself")
          .atMost(MOVED)
          .until(() -> owned(survivor).size() == STORES.size() * TwoOfEach.PARTITIONS);
      await("what went on when it stopped has ended")
          .atMost(SOON)
          .until(() -> under.stream().allMatch(id -> hasEnded(current, id)));
      await("some of which it knows nothing have ended as well")
          .atMost(SOON)
          .until(
              () -> {
                submissions.jobs().entrySet().stream()
                    .filter(job -> hasEnded(current, job.getKey()))
                    .forEach(job -> known.put(job.getKey(), job.getValue()));
                return known.size() >= under.size() + 10;
              });
      known.forEach((id, items) -> wrong.addAll(memory.job(id, items, current.job(id), false)));
      // These are there when it goes on, before it can have heard of anything.
      for (long id : new TreeSet<>(under).descendingSet()) {
        if (asked.size() < 16) {
          asked.put(id, ask(victim, "/v1/jobs/" + id));
        }
      }
    } finally {
      victim.goOn();
      worker.goOn();
    }
    for (var socket : asked.entrySet()) {
      String[] answer = answer(socket.getValue());
      if (answer[0].startsWith("HTTP/1.1 200")) {
        boolean stale = answer[0].toLowerCase(Locale.ROOT).contains("fanfold-stale: true");
        JsonNode job = FanfoldHttp.JSON.readTree(answer[1]);
        wrong.addAll(
            memory.job(socket.getKey(), submissions.jobs().get(socket.getKey()), job, stale));
      } else {
        assertThat(answer[0]).startsWith("HTTP/1.1 503");
      }
    }
    // And until it knows better.
    var late = new FanfoldHttp(victim.url());
    int unavailable = 0;
    do {
      for (var job : known.descendingMap().entrySet()) {
        HttpResponse<String> answer = late.get("/v1/jobs/" + job.getKey());
        if (answer.statusCode() == 200) {
          boolean stale = answer.headers().firstValue("Fanfold-Stale").isPresent();
          wrong.addAll(memory.job(job.getKey(), job.getValue(), FanfoldHttp.json(answer), stale));
        } else {
          assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
          unavailable++;
        }
      }
    } while (late.get("/health/ready").statusCode() != 200);
    System.out.printf(
        "an aggregator stood still: %d jobs asked for, %d answers were 503%n",
        known.size(), unavailable);
    everythingEnds();
  }

  @Test
  void every_job_ends_although_a_splitter_and_a_worker_are_killed() throws Exception {
    ServiceProcess splitter = all.ingests().get(0);
    ServiceProcess worker = all.workers().get(1);
    splitter.kill();
    worker.kill();
    long killed = System.nanoTime();
    awaitEndsOnEveryPartition(Set.copyOf(submissions.jobs().keySet()));
    System.out.printf(
        "splitter and worker killed: new jobs ended on every partition after %d ms%n",
        Duration.ofNanos(System.nanoTime() - killed).toMillis());
    splitter.start();
    worker.start();
    splitter.awaitReady();
    worker.awaitReady();
    everythingEnds();
  }

  @Test
  void everything_can_be_restarted_one_after_another_while_lookups_go_on() throws Exception {
    for (int i = 0; i < all.services().size(); i += RESTART_EVERY) {
      ServiceProcess service = all.services().get(i);
      assertThat(service.stop()).as("exit code after SIGTERM").isIn(0, 143);
      service.start();
      service.awaitReady();
    }
    everythingEnds();
    for (LookupClient client : lookups) {
      assertThat(client.figures().mostTries())
          .as("tries of a lookup")
          .isLessThanOrEqualTo(MOST_TRIES);
      assertThat(client.figures().longestMs()).as("the longest lookup").isLessThan(30_000);
    }
  }

  /** Ends the load and looks at all that has come of it. */
  private void everythingEnds() throws InterruptedException {
    submissions.finish();
    FanfoldHttp front = all.fronts().get(0);
    await("every job has ended")
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> submissions.jobs().keySet().stream().allMatch(this::hasEnded));
    for (LookupClient client : lookups) {
      client.finish();
      System.out.println(client.figures());
      assertThat(client.figures().answers()).isPositive();
    }
    assertThat(wrong).as("seed %d", SEED).isEmpty();
    var memory = new LookupMemory();
    submissions
        .jobs()
        .forEach(
            (id, items) -> {
              JsonNode job = front.job(id);
              assertThat(job.get("status").asText()).isEqualTo("COMPLETED");
              wrong.addAll(memory.job(id, items, job, false));
              JsonNode page = front.items(id, "?limit=100");
              wrong.addAll(memory.page(id, items, 0, 100, page, false));
            });
    assertThat(wrong).as("at the end, seed %d", SEED).isEmpty();
    assertThat(
            Audit.violations(
                submissions.jobs(),
                CommittedRecords.of(all.bootstrapServers(), all.codec(), Topics.ITEM_RESULTS),
                CommittedRecords.of(all.bootstrapServers(), all.codec(), Topics.JOB_STATES)))
        .as("seed %d", SEED)
        .isEmpty();
  }

  private void awaitBothOwn() {
    await("both have partitions of their own")
        .atMost(SOON)
        .until(() -> all.aggregators().stream().noneMatch(each -> owned(each).isEmpty()));
  }

  private void awaitEndsOnEveryPartition(Set<Long> before) {
    Set<Integer> moving = new HashSet<>();
    await("jobs that came later have ended on every partition")
        .atMost(MOVED)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              for (long id : new TreeSet<>(submissions.jobs().keySet()).descendingSet()) {
                if (!before.contains(id) && !moving.contains(partition(id)) && hasEnded(id)) {
                  moving.add(partition(id));
                }
              }
              return moving.size() == TwoOfEach.PARTITIONS;
            });
  }

  private boolean hasEnded(long id) {
    for (FanfoldHttp front : all.fronts()) {
      try {
        if (hasEnded(front, id)) {
          return true;
        }
      } catch (UncheckedIOException e) {
        // The other one may know.
      }
    }
    return false;
  }

  /** A request that is in the kernel's hands when this returns, whether anybody reads it or not. */
  private static Socket ask(ServiceProcess service, String path) throws IOException {
    URI uri = URI.create(service.url());
    var socket = new Socket(uri.getHost(), uri.getPort());
    String request = "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n";
    socket.getOutputStream().write(Utils.utf8(request.formatted(path, uri.getHost())));
    return socket;
  }

  /** The head and the body of what comes back. */
  private static String[] answer(Socket socket) throws IOException {
    try (socket) {
      socket.setSoTimeout((int) SOON.toMillis());
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return all.split("\r\n\r\n", 2);
    }
  }

  private static boolean hasEnded(FanfoldHttp http, long id) {
    var answer = http.get("/v1/jobs/" + id);
    return answer.statusCode() == 200
        && answer.headers().firstValue("Fanfold-Stale").isEmpty()
        && FanfoldHttp.TERMINAL.contains(FanfoldHttp.json(answer).get("status").asText());
  }

  private static int partition(long id) {
    byte[] key = Utils.utf8(JobIds.key(id));
    return Utils.toPositive(Utils.murmur2(key)) % TwoOfEach.PARTITIONS;
  }

  /** The stores' partitions an aggregator has for its own. */
  private List<String> owned(ServiceProcess aggregator) {
    return partitions(aggregator, "");
  }

  private boolean standsIn(ServiceProcess aggregator) {
    return partitions(aggregator, "?stale=true").size() == STORES.size() * TwoOfEach.PARTITIONS;
  }

  private List<String> partitions(ServiceProcess aggregator, String query) {
    var asked = new FanfoldHttp(aggregator.url());
    var found = new ArrayList<String>();
    for (String store : STORES) {
      for (int partition = 0; partition < TwoOfEach.PARTITIONS; partition++) {
        String path = "/internal/views/%s/%d/get%s".formatted(store, partition, query);
        // No key, which is enough to find out.
        if (asked.post(path, "application/octet-stream", new byte[Integer.BYTES]).statusCode()
            == 200) {
          found.add(path);
        }
      }
    }
    return found;
  }
}
