package io.fanfold.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A caller that looks at jobs, items and lists all the time and does with a failed request what it
 * is told to: waits as long as {@code Retry-After} says, or goes to the other address when there is
 * no answer. Notes every answer it should not have got.
 */
final class LookupClient extends Thread {

  private static final int LIMIT = 25;
  private static final long PACE_MS = 20;
  private static final long AFTER_AN_ERROR_MS = 100;

  /** Of all lookups so far; times are from the first try of a lookup to its answer. */
  record Figures(
      int answers, int stale, int unavailable, int errors, int mostTries, long longestMs) {}

  private final List<FanfoldHttp> fronts;
  private final Map<Long, Integer> jobs;
  private final Queue<String> wrong;
  private final Random random;
  private final LookupMemory memory = new LookupMemory();
  private final CountDownLatch told = new CountDownLatch(1);
  private int front;
  private volatile Figures figures = new Figures(0, 0, 0, 0, 0, 0);

  /**
   * @param fronts addresses that answer the same
   * @param jobs ids of jobs to look at, and their numbers of items; grows meanwhile
   */
  LookupClient(List<FanfoldHttp> fronts, Map<Long, Integer> jobs, Queue<String> wrong, long seed) {
    super("lookups");
    this.fronts = List.copyOf(fronts);
    this.jobs = jobs;
    this.wrong = wrong;
    this.random = new Random(seed);
    setDaemon(true);
  }

  Figures figures() {
    return figures;
  }

  void finish() throws InterruptedException {
    told.countDown();
    join(60_000);
    if (isAlive()) {
      wrong.add("a lookup has not come to an end");
    }
  }

  @Override
  public void run() {
    try {
      while (!told.await(PACE_MS, TimeUnit.MILLISECONDS)) {
        List<Long> ids = List.copyOf(jobs.keySet());
        // Among the newest something moves.
        int among = random.nextInt(4) > 0 ? Math.min(20, ids.size()) : ids.size();
        look(ids.get(ids.size() - 1 - random.nextInt(among)));
        if (random.nextInt(10) == 0) {
          ask("/v1/jobs?limit=10")
              .ifPresent(
                  answer -> wrong.addAll(memory.list(FanfoldHttp.json(answer), isStale(answer))));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      // Or the test would take the silence for peace.
      wrong.add("a lookup client broke: " + e);
      throw e;
    }
  }

  private void look(long id) throws InterruptedException {
    int items = jobs.get(id);
    Optional<HttpResponse<String>> job = ask("/v1/jobs/" + id);
    job.ifPresent(
        answer -> wrong.addAll(memory.job(id, items, FanfoldHttp.json(answer), isStale(answer))));
    int from = random.nextInt(items);
    ask("/v1/jobs/%d/items?limit=%d&offset=%d".formatted(id, LIMIT, from))
        .ifPresent(
            answer -> {
              JsonNode page = FanfoldHttp.json(answer);
              wrong.addAll(memory.page(id, items, from, LIMIT, page, isStale(answer)));
            });
  }

  /** The answer of a lookup; empty when it was told to finish before there was one. */
  private Optional<HttpResponse<String>> ask(String path) throws InterruptedException {
    long begun = System.nanoTime();
    for (int tries = 1; ; tries++) {
      HttpResponse<String> answer;
      try {
        answer = fronts.get(front).get(path);
      } catch (UncheckedIOException e) {
        front = (front + 1) % fronts.size();
        note(tries, begun, 0, 0, 0, 1);
        if (told.await(AFTER_AN_ERROR_MS, TimeUnit.MILLISECONDS)) {
          return Optional.empty();
        }
        continue;
      }
      Optional<String> later = answer.headers().firstValue("Retry-After");
      if (answer.statusCode() == 200) {
        note(tries, begun, 1, isStale(answer) ? 1 : 0, 0, 0);
        return Optional.of(answer);
      }
      note(tries, begun, 0, 0, 1, 0);
      if (answer.statusCode() != 503 || later.isEmpty()) {
        wrong.add("%s is answered %d: %s".formatted(path, answer.statusCode(), answer.body()));
        return Optional.empty();
      }
      if (told.await(Long.parseLong(later.get()), TimeUnit.SECONDS)) {
        return Optional.empty();
      }
    }
  }

  private void note(int tries, long begun, int answers, int stale, int unavailable, int errors) {
    Figures before = figures;
    figures =
        new Figures(
            before.answers + answers,
            before.stale + stale,
            before.unavailable + unavailable,
            before.errors + errors,
            Math.max(before.mostTries, tries),
            Math.max(before.longestMs, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun)));
  }

  private static boolean isStale(HttpResponse<String> answer) {
    return answer.headers().firstValue("Fanfold-Stale").isPresent();
  }
}
