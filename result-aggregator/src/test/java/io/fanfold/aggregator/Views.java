package io.fanfold.aggregator;

import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.BatchResult;
import io.fanfold.schemas.ChunkHeaders;
import io.fanfold.schemas.ItemResults;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.LongConsumer;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;

/** The views over any number of partitions, without a broker. */
final class Views implements AutoCloseable {

  final AvroCodec codec = new AvroCodec(Map.of("schema.registry.url", "mock://views"));
  private final List<TopologyTestDriver> drivers = new ArrayList<>();

  // Asking a driver for a store changes what its processors take for their current record, which
  // other threads must not do while records are piped.
  private final List<PartitionStore> stores = new ArrayList<>();

  Views(Path directory, int partitions, LongConsumer changes) {
    for (int partition = 0; partition < partitions; partition++) {
      var settings = new Properties();
      settings.put("state.dir", directory.resolve("p" + partition).toString());
      settings.put("application.id", "views-" + partition);
      var driver =
          new TopologyTestDriver(new ViewTopology(codec, changes).get(), settings, Samples.T0);
      drivers.add(driver);
      var opened = new EnumMap<ViewStore, KeyValueStore<String, byte[]>>(ViewStore.class);
      for (ViewStore store : ViewStore.values()) {
        opened.put(store, driver.getKeyValueStore(store.storeName()));
      }
      stores.add(new LocalStore(partition, opened::get, store -> true));
    }
  }

  Views(Path directory) {
    this(directory, 1, id -> {});
  }

  JobViews lookups() {
    return new JobViews((store, partition) -> at(partition), codec, drivers.size());
  }

  PartitionStore at(int partition) {
    return stores.get(partition);
  }

  void state(JobState state) {
    String key = JobIds.key(state.getId());
    pipe(Topics.JOB_STATES.name(), key, key, codec.encode(Topics.JOB_STATES, state));
  }

  void stateGone(long jobId) {
    String key = JobIds.key(jobId);
    pipe(Topics.JOB_STATES.name(), key, key, null);
  }

  void batch(BatchResult result) {
    String key = JobIds.key(result.getJobId());
    pipe(Topics.BATCH_RESULTS.name(), key, key, codec.encode(Topics.BATCH_RESULTS, result));
  }

  void chunk(ItemResults chunk, int first) {
    pipe(
        Topics.ITEM_RESULTS.name(),
        JobIds.batchKey(chunk.getJobId(), chunk.getBatchIndex()),
        JobIds.chunkKey(chunk.getJobId(), chunk.getBatchIndex(), chunk.getAttempt(), first),
        codec.encode(Topics.ITEM_RESULTS, chunk));
  }

  /** Bytes where a chunk should be. */
  void chunkOf(long jobId, byte[] bytes) {
    pipe(
        Topics.ITEM_RESULTS.name(),
        JobIds.batchKey(jobId, 0),
        JobIds.chunkKey(jobId, 0, 1, 0),
        bytes);
  }

  /** A chunk whose worker says that none of its items has a customId. */
  void chunkWithoutIds(ItemResults chunk, int first) {
    String batch = JobIds.batchKey(chunk.getJobId(), chunk.getBatchIndex());
    String key =
        JobIds.chunkKey(chunk.getJobId(), chunk.getBatchIndex(), chunk.getAttempt(), first);
    var headers = new RecordHeaders().add(ChunkHeaders.NO_CUSTOM_IDS, new byte[0]);
    drivers
        .get(Partitions.of(batch, drivers.size()))
        .createInputTopic(
            Topics.ITEM_RESULTS.name(), new StringSerializer(), new ByteArraySerializer())
        .pipeInput(new TestRecord<>(key, codec.encode(Topics.ITEM_RESULTS, chunk), headers));
  }

  /** Tells every partition that a job's chunks are gone. */
  void chunksGone(long jobId) {
    for (TopologyTestDriver driver : drivers) {
      input(driver, Topics.ITEM_RESULTS.name(), JobIds.key(jobId), null);
    }
  }

  void pass(Duration time) {
    drivers.forEach(driver -> driver.advanceWallClockTime(time));
  }

  /** What a partition has written to the topic of results since this was last asked. */
  List<TestRecord<String, byte[]>> written(int partition) {
    return drivers
        .get(partition)
        .createOutputTopic(
            Topics.ITEM_RESULTS.name(), new StringDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList();
  }

  /** The keys in all stores of a partition, each after its store's name. */
  List<String> rows(int partition) {
    var found = new ArrayList<String>();
    for (String store : drivers.get(partition).getAllStateStores().keySet()) {
      try (var all = drivers.get(partition).<String, byte[]>getKeyValueStore(store).all()) {
        all.forEachRemaining(row -> found.add(store + " " + row.key));
      }
    }
    return found;
  }

  @Override
  public void close() {
    drivers.forEach(TopologyTestDriver::close);
  }

  private void pipe(String topic, String partitionKey, String key, byte[] value) {
    input(drivers.get(Partitions.of(partitionKey, drivers.size())), topic, key, value);
  }

  private static void input(TopologyTestDriver driver, String topic, String key, byte[] value) {
    driver
        .createInputTopic(topic, new StringSerializer(), new ByteArraySerializer())
        .pipeInput(key, value);
  }
}
