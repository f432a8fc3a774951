package io.fanfold.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Small jobs behind a huge one of another project, against small jobs alone. */
final class FairScenario implements Scenario {

  private static final int SMALL = LatencyScenario.ITEMS;

  /** Long enough for the huge job to be in full swing. */
  private static final long HEAD_START_MS = 1_000;

  @Override
  public String name() {
    return "fair";
  }

  @Override
  public List<Measure> run(Installation installation, Settings settings)
      throws ScenarioException, InterruptedException {
    long items = settings.items().get(settings.items().size() - 1);
    FanfoldApi small = installation.api(Installation.freshProject());
    FanfoldApi large = installation.api(Installation.freshProject());
    byte[] manifest = Manifests.job(settings.directory(), items);
    var waits = new JobWaits(small);
    var alone = new ArrayList<Double>();
    for (int i = 0; i < settings.samples(); i++) {
      alone.add(millis(small, waits, i));
    }
    long huge = large.submit(manifest);
    Thread.sleep(HEAD_START_MS);
    var behind = new ArrayList<Double>();
    for (int i = 0; i < settings.samples(); i++) {
      double took = millis(small, waits, i);
      if (FanfoldApi.isTerminal(job(large, huge))) {
        break;
      }
      behind.add(took);
    }
    large.command("POST", "/v1/jobs/" + huge + "/cancel");
    if (behind.isEmpty()) {
      throw new ScenarioException("the huge job was over before a small one: name more --items");
    }
    double before = new Samples(alone).median();
    double after = new Samples(behind).median();
    settings.say("fair: alone %.1f ms, behind %,d items %.1f ms", before, items, after);
    return List.of(
        Measure.of(name(), "alone, p50", before, "ms").noted("a job of " + SMALL + " items"),
        Measure.of(name(), "behind %,d items, p50".formatted(items), after, "ms")
            .noted(behind.size() + " small jobs while the huge one ran"),
        Measure.of(name(), "behind / alone", after / before, ""));
  }

  private static double millis(FanfoldApi api, JobWaits waits, int job)
      throws ScenarioException, InterruptedException {
    long start = System.nanoTime();
    waits.one(api.submit(Workload.body(job, SMALL)));
    return (System.nanoTime() - start) / 1e6;
  }

  private static JsonNode job(FanfoldApi api, long id)
      throws ScenarioException, InterruptedException {
    return api.get("/v1/jobs/" + id);
  }
}
