package io.fanfold.benchmarks;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongFunction;

/**
 * Lookups per second by a few clients at once, near the start of a list and deep in it; a page of
 * items also by a client that has the installation to itself.
 */
final class LookupsScenario implements Scenario {

  private static final int CLIENTS = 4;
  private static final int LARGE_JOB = 10_000;
  private static final int JOBS = 1_000;
  private static final int PAGE = 100;

  @Override
  public String name() {
    return "lookups";
  }

  private CpuTimes cpu;

  @Override
  public List<Measure> run(Installation installation, Settings settings)
      throws ScenarioException, InterruptedException {
    FanfoldApi api = installation.api(Installation.freshProject());
    var waits = new JobWaits(api);
    var ids = new ArrayList<Long>();
    for (int i = 0; i < JOBS; i++) {
      ids.add(api.submit(Workload.body(i, 1)));
    }
    waits.one(ids.get(JOBS - 1));
    long large = api.submit(Workload.body(JOBS, LARGE_JOB));
    waits.one(large);

    var measures = new ArrayList<Measure>();
    String items = "/v1/jobs/" + large + "/items?limit=" + PAGE;
    String jobs = "/v1/jobs?limit=" + PAGE;
    this.cpu = new CpuTimes(installation.processes());
    measures.addAll(
        repeat(api, settings, "job", CLIENTS, i -> "/v1/jobs/" + ids.get((int) (i * 7919 % JOBS))));
    measures.addAll(repeat(api, settings, "item page, one client", 1, i -> items + "&offset=0"));
    measures.addAll(repeat(api, settings, "item page at 0", CLIENTS, i -> items + "&offset=0"));
    measures.addAll(
        repeat(
            api,
            settings,
            "item page at %,d".formatted(LARGE_JOB - PAGE),
            CLIENTS,
            i -> items + "&offset=" + (LARGE_JOB - PAGE)));
    measures.addAll(repeat(api, settings, "page of jobs at 0", CLIENTS, i -> jobs + "&offset=0"));
    measures.addAll(
        repeat(
            api,
            settings,
            "page of jobs at %,d".formatted(JOBS - PAGE),
            CLIENTS,
            i -> jobs + "&offset=" + (JOBS - PAGE)));
    return measures;
  }

  /** A quarter of the time first without counting. */
  private List<Measure> repeat(
      FanfoldApi api, Settings settings, String what, int clients, LongFunction<String> path)
      throws ScenarioException, InterruptedException {
    times(api, clients, settings.seconds() * 250L, path);
    cpu.restart();
    long start = System.nanoTime();
    List<Double> millis = times(api, clients, settings.seconds() * 1_000L, path);
    double seconds = (System.nanoTime() - start) / 1e9;
    var samples = new Samples(millis);
    settings.say(
        "%s: %.0f/s, p99 %.1f ms", what, samples.count() / seconds, samples.percentile(99));
    var measures = new ArrayList<Measure>();
    measures.add(
        Measure.of(name(), what, samples.count() / seconds, "/s")
            .noted(clients == 1 ? "" : clients + " clients at once"));
    measures.add(Measure.of(name(), what + ", p50", samples.median(), "ms"));
    measures.add(Measure.of(name(), what + ", p99", samples.percentile(99), "ms"));
    cpu.microsPer(samples.count())
        .forEach(
            (process, micros) ->
                measures.add(
                    Measure.of(name(), what + ", processor, " + process, micros, "µs a lookup")));
    return measures;
  }

  private static List<Double> times(
      FanfoldApi api, int clients, long durationMs, LongFunction<String> path)
      throws ScenarioException, InterruptedException {
    var all = new ConcurrentLinkedQueue<Double>();
    long end = System.nanoTime() + durationMs * 1_000_000;
    Parallel.run(
        clients,
        () -> {
          for (long i = 0; System.nanoTime() < end; i++) {
            String each = path.apply(i);
            long start = System.nanoTime();
            HttpResponse<byte[]> response = api.read(each);
            all.add((System.nanoTime() - start) / 1e6);
            if (response.statusCode() != 200) {
              throw new ScenarioException(
                  "the server answered %d to GET %s".formatted(response.statusCode(), each));
            }
          }
        });
    return new ArrayList<>(all);
  }
}
