package io.fanfold.aggregator;

import static io.fanfold.aggregator.Samples.result;
import static io.fanfold.aggregator.Samples.split;
import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.JobStates;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.BatchResult;
import io.fanfold.schemas.FailureIsolation;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.Split;
import io.fanfold.schemas.StopReason;
import io.fanfold.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing orders jobs, splits and batch-results: whichever is read first, jobs end the same. */
final class FoldOrderTest {

  private static final long SEED = Long.getLong("fanfold.seed", System.nanoTime());
  private static final int ROUNDS = 60;
  private static final int ORDERS = 5;

  @TempDir Path stateDir;

  private final AvroCodec codec = new AvroCodec(Map.of("schema.registry.url", "mock://order"));
  private final Random random = new Random(SEED);
  private TopologyTestDriver driver;
  private final Map<String, TestInputTopic<String, byte[]>> inputs = new HashMap<>();
  private TestOutputTopic<String, byte[]> jobStates;

  @BeforeEach
  void start() {
    var settings = new Properties();
    settings.put("state.dir", stateDir.toString());
    driver =
        new TopologyTestDriver(
            new FoldTopology(codec, new Telemetry()).get(), settings, Samples.T0);
    for (var topic : List.of(Topics.JOBS, Topics.SPLITS, Topics.BATCH_RESULTS)) {
      inputs.put(
          topic.name(),
          driver.createInputTopic(
              topic.name(),
              new StringSerializer(),
              new ByteArraySerializer(),
              Samples.T0,
              Duration.ZERO));
    }
    jobStates =
        driver.createOutputTopic(
            Topics.JOB_STATES.name(), new StringDeserializer(), new ByteArrayDeserializer());
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void whichever_topic_is_read_first_the_last_state_says_the_same() {
    System.out.println("fanfold.seed=" + SEED);
    for (int round = 0; round < ROUNDS; round++) {
      Script script = new Script(random);
      JobState first = null;
      for (int order = 0; order < ORDERS; order++) {
        String as = "seed %d, round %d, order %d, %s".formatted(SEED, round, order, script);
        List<JobState> states = fold(script, 1 + round * ORDERS + order);
        FoldHarness.assertSound(states, as);
        JobState last = states.get(states.size() - 1);
        assertThat(JobStates.isTerminal(last.getStatus())).as(as).isTrue();
        if (first == null) {
          first = comparable(last);
        } else {
          assertThat(comparable(last)).as(as).isEqualTo(first);
        }
      }
    }
    for (String store :
        List.of(
            FoldTopology.BATCH_TALLIES,
            FoldTopology.FINISHED_BATCHES,
            FoldTopology.EARLY_RECORDS,
            FoldTopology.DELETED_JOBS)) {
      try (var rows = driver.getKeyValueStore(store).all()) {
        assertThat(rows.hasNext()).as("%s is left empty, seed %d", store, SEED).isFalse();
      }
    }
  }

  private List<JobState> fold(Script script, long id) {
    var topics = new ArrayList<Deque<SpecificRecord>>();
    topics.add(new ArrayDeque<>(List.of(script.job)));
    topics.add(new ArrayDeque<>(script.splits));
    topics.add(new ArrayDeque<>(script.results));
    topics.removeIf(Deque::isEmpty);
    while (!topics.isEmpty()) {
      Deque<SpecificRecord> topic = topics.get(random.nextInt(topics.size()));
      // Sometimes one runs ahead of the others.
      int run = 1 + random.nextInt(random.nextBoolean() ? 1 : 8);
      for (int i = 0; i < run && !topic.isEmpty(); i++) {
        pipe(id, topic.poll());
      }
      topics.removeIf(Deque::isEmpty);
    }
    return jobStates.readValuesToList().stream()
        .map(value -> codec.decode(Topics.JOB_STATES, value))
        .toList();
  }

  private void pipe(long id, SpecificRecord record) {
    String key = Long.toString(id);
    if (record instanceof Job job) {
      Job own = Job.newBuilder(job).setId(id).build();
      inputs.get(Topics.JOBS.name()).pipeInput(key, codec.encode(Topics.JOBS, own));
    } else if (record instanceof Split split) {
      Split own = Split.newBuilder(split).setJobId(id).build();
      inputs.get(Topics.SPLITS.name()).pipeInput(key, codec.encode(Topics.SPLITS, own));
    } else if (record instanceof BatchResult result) {
      BatchResult own = BatchResult.newBuilder(result).setJobId(id).build();
      inputs
          .get(Topics.BATCH_RESULTS.name())
          .pipeInput(key, codec.encode(Topics.BATCH_RESULTS, own));
    }
  }

  /** Without what may differ: how many states there were, and when the last record was read. */
  private static JobState comparable(JobState state) {
    JobState same =
        JobState.newBuilder(state)
            .setId(1)
            .setSequence(0)
            .setEventId(null)
            .setStatusAt(Instant.EPOCH)
            .setUpdatedAt(Instant.EPOCH)
            .setEndedAt(Instant.EPOCH)
            .build();
    var history = new ArrayList<>(same.getHistory());
    history.forEach(ended -> ended.setEndedAt(Instant.EPOCH));
    same.setHistory(history);
    return same;
  }

  /** What splitter and workers write of one job, each in its order. */
  private static final class Script {

    private final Random random;
    final Job job;
    final List<Split> splits = new ArrayList<>();
    final List<BatchResult> results = new ArrayList<>();
    private final Map<Integer, Integer> failed = new HashMap<>();

    Script(Random random) {
      this.random = random;
      boolean manifest = random.nextBoolean();
      int size = 1 + random.nextInt(4);
      int batches = 1 + random.nextInt(5);
      Job base = manifest ? Samples.manifestJob(1, size) : Samples.job(1, batches * size, size);
      this.job =
          Job.newBuilder(base)
              .setFailureIsolation(
                  random.nextBoolean() ? FailureIsolation.ITEM : FailureIsolation.BATCH)
              .build();
      var items = new HashMap<Integer, Integer>();
      for (int batch = 0; batch < batches; batch++) {
        items.put(batch, size);
      }
      for (int attempt = 1; attempt <= 3 && !items.isEmpty(); attempt++) {
        write(attempt, items, manifest);
        items.clear();
        items.putAll(failed);
        failed.clear();
        if (random.nextInt(3) == 0) {
          return;
        }
      }
    }

    private void write(int attempt, Map<Integer, Integer> batches, boolean manifest) {
      StopReason stopped =
          random.nextInt(3) > 0
              ? null
              : random.nextBoolean() ? StopReason.CANCELED : StopReason.EXPIRED;
      int items = 0;
      int count = 0;
      for (int size : batches.values()) {
        items += size;
        count++;
        if ((manifest || attempt > 1) && random.nextBoolean()) {
          splits.add(split(1, attempt, items, count).build());
        }
      }
      boolean cut = manifest && attempt == 1 && stopped != null && random.nextBoolean();
      if (manifest || attempt > 1 || stopped != null) {
        splits.add(
            split(1, attempt, items, count)
                .setComplete(true)
                .setCut(cut)
                .setStop(stopped == null ? null : Samples.stop(stopped))
                .build());
      }
      batches.forEach((batch, size) -> work(attempt, batch, size, stopped));
    }

    private void work(int attempt, int batch, int size, StopReason stopped) {
      int left = stopped == null ? 0 : random.nextInt(size + 1);
      int bad = random.nextInt(size - left + 1);
      int good = size - left - bad;
      if (random.nextBoolean()) {
        results.add(result(1, attempt, batch, random.nextInt(good + 1), Map.of(), false));
      }
      var codes = new HashMap<String, Integer>();
      if (bad > 0) {
        codes.put("TIMEOUT", bad);
        failed.put(batch, bad);
      }
      if (left > 0) {
        codes.put(stopped.name(), left);
      }
      results.add(result(1, attempt, batch, good, codes, true));
      if (random.nextInt(4) == 0) {
        results.add(results.get(results.size() - 1));
      }
    }

    @Override
    public String toString() {
      return job.getFailureIsolation() + " " + splits.size() + " splits, " + results;
    }
  }
}
