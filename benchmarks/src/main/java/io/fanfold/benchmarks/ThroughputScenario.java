package io.fanfold.benchmarks;

import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.Topics;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Workload W: J jobs of 1,000 items in batches of 100, from the first submission until all jobs
 * read terminal in the lookup API. Beside it the floor, in the same run on the same broker.
 */
final class ThroughputScenario implements Scenario {

  static final int ITEMS_PER_JOB = 1_000;

  private static final int HTTP_CONNECTIONS = 4;

  private static final String UNIT = "µs of processor an item";

  private final List<Measure> cpu = new ArrayList<>();
  private final JobIds ids = new JobIds(Clock.systemUTC(), JobIds.MAX_INSTANCE);

  @Override
  public String name() {
    return "throughput";
  }

  @Override
  public List<Measure> run(Installation installation, Settings settings)
      throws ScenarioException, InterruptedException {
    var measures = new ArrayList<Measure>();
    cpu.clear();
    for (int jobs : settings.jobs()) {
      double topic = rate(installation, settings, jobs, this::byTopic, "by topic");
      double http = rate(installation, settings, jobs, this::byHttp, "by HTTP");
      double floor = FloorScenario.rate(installation, settings, jobs);
      String size = "%,d jobs".formatted(jobs);
      measures.add(Measure.of(name(), size + " by topic", topic, "items/s"));
      measures.add(Measure.of(name(), size + " by HTTP", http, "items/s"));
      measures.add(
          Measure.of(name(), size + ", floor", floor, "items/s").noted("plain Kafka clients"));
      measures.add(Measure.of(name(), size + " by topic / floor", topic / floor, ""));
      measures.add(Measure.of(name(), size + " by HTTP / floor", http / floor, ""));
    }
    measures.addAll(cpu);
    return measures;
  }

  private CpuTimes round;

  private double rate(
      Installation installation, Settings settings, int jobs, Submitting submitting, String how)
      throws ScenarioException, InterruptedException {
    var rates = new ArrayList<Double>();
    var work = new CpuTimes(installation.processes());
    for (int round = 0; round <= settings.rounds(); round++) {
      FanfoldApi api = installation.api(Installation.freshProject());
      this.round = new CpuTimes(installation.processes());
      long start = System.nanoTime();
      submitting.submit(installation, api, jobs);
      double submitted = seconds(start);
      new JobWaits(api).all(jobs, ITEMS_PER_JOB);
      double took = seconds(start);
      double rate = (double) jobs * ITEMS_PER_JOB / took;
      settings.say(
          "%,d jobs %s, round %d: %,.0f items/s (%.2f s, of which submitting %.2f s) %s",
          jobs,
          how,
          round,
          rate,
          took,
          submitted,
          this.round.microsPer((double) jobs * ITEMS_PER_JOB));
      // The first is for compilers and caches.
      if (round > 0) {
        rates.add(rate);
      } else {
        work.restart();
      }
    }
    double items = (double) settings.rounds() * jobs * ITEMS_PER_JOB;
    work.microsPer(items)
        .forEach(
            (process, micros) ->
                cpu.add(
                    Measure.of(
                        name(), "%,d jobs %s, %s".formatted(jobs, how, process), micros, UNIT)));
    return new Samples(rates).median();
  }

  private void byTopic(Installation installation, FanfoldApi api, int jobs)
      throws ScenarioException {
    try (AvroCodec codec = installation.codec();
        var producer = PlainClients.producer(installation.kafka())) {
      var sent = new PlainClients.Acknowledgements();
      for (int job = 0; job < jobs; job++) {
        var submission = Workload.submission(api.project(), job, ITEMS_PER_JOB);
        producer.send(
            new ProducerRecord<>(
                Topics.JOB_SUBMISSIONS.name(),
                JobIds.key(ids.next()),
                codec.encode(Topics.JOB_SUBMISSIONS, submission)),
            sent);
      }
      producer.flush();
      sent.check();
    }
  }

  private void byHttp(Installation installation, FanfoldApi api, int jobs)
      throws ScenarioException, InterruptedException {
    var next = new AtomicInteger();
    Parallel.run(
        HTTP_CONNECTIONS,
        () -> {
          for (int job = next.getAndIncrement(); job < jobs; job = next.getAndIncrement()) {
            api.submit(Workload.body(job, ITEMS_PER_JOB));
          }
        });
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private interface Submitting {
    void submit(Installation installation, FanfoldApi api, int jobs)
        throws ScenarioException, InterruptedException;
  }
}
