package io.fanfold.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** One job whose items a manifest lists, from its submission until it reads terminal. */
final class ManifestScenario implements Scenario {

  @Override
  public String name() {
    return "manifest";
  }

  @Override
  public List<Measure> run(Installation installation, Settings settings)
      throws ScenarioException, InterruptedException {
    var measures = new ArrayList<Measure>();
    double first = 0;
    for (long items : settings.items()) {
      FanfoldApi api = installation.api(Installation.freshProject());
      byte[] job = Manifests.job(settings.directory(), items);
      long start = System.nanoTime();
      JsonNode ended = new JobWaits(api).one(api.submit(job));
      double took = (System.nanoTime() - start) / 1e9;
      if (ended.path("counts").path("succeeded").asLong() != items) {
        throw new ScenarioException("not every item of the manifest succeeded: " + ended);
      }
      settings.say("manifest of %,d items: %.1f s", items, took);
      String size = "%,d items".formatted(items);
      measures.add(
          Measure.of(name(), size, items / took, "items/s").noted("%.1f s".formatted(took)));
      double cost = took / items;
      if (first == 0) {
        first = cost;
      } else {
        measures.add(
            Measure.of(name(), size + ", cost per item against the first", cost / first, ""));
      }
    }
    return measures;
  }
}
