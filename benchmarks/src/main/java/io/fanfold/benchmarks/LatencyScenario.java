package io.fanfold.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** Jobs of ten items, one after the other on an idle installation. */
final class LatencyScenario implements Scenario {

  static final int ITEMS = 10;

  private final int webhookPort;

  LatencyScenario(int webhookPort) {
    this.webhookPort = webhookPort;
  }

  @Override
  public String name() {
    return "latency";
  }

  @Override
  public List<Measure> run(Installation installation, Settings settings)
      throws ScenarioException, InterruptedException {
    FanfoldApi api = installation.api(Installation.freshProject());
    var waits = new JobWaits(api);
    var accepted = new ArrayList<Double>();
    var ended = new ArrayList<Double>();
    var told = new ArrayList<Double>();
    int warmUp = settings.samples() / 4;
    try (var sink = new WebhookSink(webhookPort)) {
      for (int i = -warmUp; i < settings.samples(); i++) {
        byte[] body = Workload.body(i, ITEMS, sink.url());
        long start = System.nanoTime();
        long id = api.submit(body);
        long answered = System.nanoTime();
        waits.one(id);
        long terminal = System.nanoTime();
        long arrival = sink.arrival(id);
        if (i >= 0) {
          accepted.add(millis(start, answered));
          ended.add(millis(start, terminal));
          told.add(millis(start, arrival));
        }
      }
    }
    settings.say(
        "latency: terminal p50 %.1f ms, webhook p50 %.1f ms",
        new Samples(ended).median(), new Samples(told).median());
    String note = "%d jobs of %d items".formatted(settings.samples(), ITEMS);
    var measures = new ArrayList<Measure>();
    measures.addAll(new Samples(accepted).percentiles(name(), "submit to 202", note));
    measures.addAll(new Samples(ended).percentiles(name(), "submit to terminal", waits.how()));
    measures.addAll(new Samples(told).percentiles(name(), "submit to webhook received", ""));
    return measures;
  }

  private static double millis(long start, long end) {
    return (end - start) / 1e6;
  }
}
