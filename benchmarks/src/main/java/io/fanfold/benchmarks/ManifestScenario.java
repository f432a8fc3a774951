package io.fanfold.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * One job whose items a manifest lists, from its submission until it reads terminal; after one that
 * does not count, as long as the first.
 */
final class ManifestScenario implements Scenario {

  @Override
  public String name() {
    return "manifest";
  }

  @Override
  public List<Measure> run(Installation installation, Settings settings)
      throws ScenarioException, InterruptedException {
    seconds(installation, settings, settings.items().get(0));
    var measures = new ArrayList<Measure>();
    double firstCost = 0;
    double firstWork = 0;
    for (long items : settings.items()) {
      var cpu = new CpuTimes(installation.processes());
      double took = seconds(installation, settings, items);
      String size = "%,d items".formatted(items);
      measures.add(
          Measure.of(name(), size, items / took, "items/s").noted("%.1f s".formatted(took)));
      double work = 0;
      for (var each : cpu.microsPer(items).entrySet()) {
        measures.add(
            Measure.of(name(), size + ", processor, " + each.getKey(), each.getValue(), "µs/item"));
        work += each.getValue();
      }
      double cost = took / items;
      if (firstCost == 0) {
        firstCost = cost;
        firstWork = work;
      } else {
        measures.add(
            Measure.of(name(), size + ", time per item against the first", cost / firstCost, ""));
        if (firstWork > 0) {
          measures.add(
              Measure.of(
                  name(), size + ", processor per item against the first", work / firstWork, ""));
        }
      }
    }
    return measures;
  }

  private static double seconds(Installation installation, Settings settings, long items)
      throws ScenarioException, InterruptedException {
    FanfoldApi api = installation.api(Installation.freshProject());
    byte[] job = Manifests.job(settings.directory(), items);
    long start = System.nanoTime();
    JsonNode ended = new JobWaits(api).one(api.submit(job));
    double took = (System.nanoTime() - start) / 1e9;
    if (ended.path("counts").path("succeeded").asLong() != items) {
      throw new ScenarioException("not every item of the manifest succeeded: " + ended);
    }
    settings.say("manifest of %,d items: %.1f s", items, took);
    return took;
  }
}
