package io.fanfold.benchmarks;

import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Batch;
import io.fanfold.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * The least that the traffic of workload W costs: batch records in, one chunk of results a batch
 * out in transactions, read back read_committed and counted. Plain clients, one thread each, the
 * same bytes as the pipeline's; no schema, no store, no HTTP.
 */
final class FloorScenario implements Scenario {

  /** More than the compression looks back on, so that no chunk is a copy of one just sent. */
  private static final int CHUNKS = 64;

  private static final int BATCHES_PER_JOB = ThroughputScenario.ITEMS_PER_JOB / Workload.BATCH_SIZE;

  @Override
  public String name() {
    return "floor";
  }

  @Override
  public List<Measure> run(Installation installation, Settings settings)
      throws ScenarioException, InterruptedException {
    var measures = new ArrayList<Measure>();
    for (int jobs : settings.jobs()) {
      measures.add(
          Measure.of(
              name(), "%,d jobs".formatted(jobs), rate(installation, settings, jobs), "items/s"));
    }
    return measures;
  }

  /** Median items per second. */
  static double rate(Installation installation, Settings settings, int jobs)
      throws ScenarioException, InterruptedException {
    var batches = new ArrayList<byte[]>();
    var chunks = new ArrayList<byte[]>();
    try (AvroCodec codec = installation.codec()) {
      for (int i = 0; i < jobs * BATCHES_PER_JOB; i++) {
        Batch batch = Workload.batch(i / BATCHES_PER_JOB, i % BATCHES_PER_JOB);
        batches.add(codec.encode(Topics.BATCHES, batch));
        if (chunks.size() < CHUNKS) {
          chunks.add(codec.encode(Topics.ITEM_RESULTS, Workload.chunk(batch)));
        }
      }
    }
    var rates = new ArrayList<Double>();
    var work = new CpuTimes(installation.processes());
    for (int round = 0; round <= settings.rounds(); round++) {
      double took = round(installation.kafka(), batches, chunks);
      double rate = (double) batches.size() * Workload.BATCH_SIZE / took;
      settings.say("floor of %,d jobs, round %d: %,.0f items/s (%.2f s)", jobs, round, rate, took);
      if (round > 0) {
        rates.add(rate);
      } else {
        work.restart();
      }
    }
    double items = (double) settings.rounds() * batches.size() * Workload.BATCH_SIZE;
    settings.say("floor of %,d jobs, µs of processor an item: %s", jobs, work.microsPer(items));
    return new Samples(rates).median();
  }

  private static double round(String kafka, List<byte[]> batches, List<byte[]> chunks)
      throws ScenarioException, InterruptedException {
    String run = "bench-floor-" + UUID.randomUUID();
    String in = run + "-in";
    String out = run + "-out";
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
      create(admin, in, out);
      try (var traffic = new FloorTraffic(kafka, in, out)) {
        return traffic.run(batches, chunks, Duration.ofMinutes(5));
      } finally {
        admin.deleteTopics(List.of(in, out));
      }
    }
  }

  private static void create(Admin admin, String... topics)
      throws ScenarioException, InterruptedException {
    try {
      admin
          .createTopics(
              List.of(topics).stream()
                  .map(topic -> new NewTopic(topic, Topics.PARTITIONS, (short) -1))
                  .toList())
          .all()
          .get();
    } catch (ExecutionException e) {
      throw new ScenarioException("cannot make topics: " + e.getCause().getMessage(), e);
    }
  }
}
