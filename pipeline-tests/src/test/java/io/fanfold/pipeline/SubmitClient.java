package io.fanfold.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A caller that submits jobs all the time, each under a key of its own, and sends one again, to
 * either address, until it is told that it was accepted.
 */
final class SubmitClient extends Thread {

  private static final long PACE_MS = 250;
  private static final long AFTER_AN_ERROR_MS = 100;

  private final List<FanfoldHttp> fronts;
  private final Queue<String> wrong;
  private final Random random;
  private final String keys;
  private final Map<Long, Integer> jobs = new ConcurrentSkipListMap<>();
  private final CountDownLatch told = new CountDownLatch(1);
  private int front;

  /**
   * @param seed another for each client: the keys come of it
   */
  SubmitClient(List<FanfoldHttp> fronts, Queue<String> wrong, long seed) {
    super("submissions");
    this.fronts = List.copyOf(fronts);
    this.wrong = wrong;
    this.random = new Random(seed);
    this.keys = Long.toHexString(random.nextLong()) + "-";
    setDaemon(true);
  }

  /** Accepted jobs by id, with their numbers of items. */
  Map<Long, Integer> jobs() {
    return jobs;
  }

  /** Returns when the answer to the last submission is there. */
  void finish() throws InterruptedException {
    told.countDown();
    join(60_000);
    if (isAlive()) {
      wrong.add("a submission has not come to an end");
    }
  }

  @Override
  public void run() {
    try {
      for (int job = 0; !told.await(PACE_MS, TimeUnit.MILLISECONDS); job++) {
        int items = 20 + random.nextInt(40);
        front = random.nextInt(fronts.size());
        long id = submit(keys + job, items);
        if (jobs.put(id, items) != null) {
          wrong.add("two keys have job " + id);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      wrong.add("the submit client broke: " + e);
    }
  }

  private long submit(String key, int items) throws IOException, InterruptedException {
    byte[] body = FanfoldHttp.JSON.writeValueAsBytes(job(items));
    var pause = new CountDownLatch(1);
    while (true) {
      try {
        HttpResponse<String> answer =
            fronts.get(front).post("/v1/jobs", "application/json", body, "Idempotency-Key", key);
        if (answer.statusCode() == 202) {
          return FanfoldHttp.JSON.readTree(answer.body()).get("id").asLong();
        }
        if (answer.statusCode() != 503) {
          wrong.add("a job is answered %d: %s".formatted(answer.statusCode(), answer.body()));
        }
      } catch (UncheckedIOException e) {
        front = (front + 1) % fronts.size();
      }
      pause.await(AFTER_AN_ERROR_MS, TimeUnit.MILLISECONDS);
    }
  }

  private static ObjectNode job(int items) {
    var texts = new String[items];
    for (int i = 0; i < items; i++) {
      texts[i] = (LookupMemory.fails(i) ? "bad" : "good") + i;
    }
    ObjectNode job = FanfoldHttp.echo(texts);
    job.put("batchSize", 10);
    for (int i = 0; i < items; i++) {
      ((ObjectNode) job.get("items").get(i)).put("customId", "c" + i);
    }
    ((ObjectNode) job.get("features").get(0)).putObject("parameters").put("delayMs", 20);
    return job;
  }
}
