package io.fanfold.aggregator;

import io.fanfold.kit.Problem;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.Topic;
import io.fanfold.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * Interactive queries on the views, one partition at a time. A partition that is elsewhere, missing
 * or catching up ends the request with a 503 that names it, never with a shorter answer.
 */
final class JobViews {

  private final KafkaStreams views;
  private final ViewGate gate;
  private final AvroCodec codec;
  private final int partitions;

  JobViews(KafkaStreams views, ViewGate gate, AvroCodec codec, int partitions) {
    this.views = views;
    this.gate = gate;
    this.codec = codec;
    this.partitions = partitions;
  }

  /** The newest committed state of a job, whosever it is. */
  Optional<JobState> job(long jobId) {
    String key = JobIds.key(jobId);
    int partition = partition(key);
    byte[] row =
        whileHere(
            Topics.JOB_STATES,
            partition,
            () -> store(ViewTopology.JOB_VIEW, Topics.JOB_STATES, partition).get(key));
    return Optional.ofNullable(row).map(bytes -> codec.decode(Topics.JOB_STATES, bytes));
  }

  /** Jobs of a project, newest first. */
  List<JobState> jobs(String project, int offset, int limit) {
    var iterators = new ArrayList<KeyValueIterator<String, byte[]>>();
    try {
      var heads =
          new PriorityQueue<KeyValueIterator<String, byte[]>>(
              Comparator.comparing(KeyValueIterator::peekNextKey));
      for (int partition = 0; partition < partitions; partition++) {
        var rows =
            scan(ViewTopology.JOB_ORDER, Topics.JOB_STATES, partition, JobOrder.prefix(project));
        iterators.add(rows);
        if (rows.hasNext()) {
          heads.add(rows);
        }
      }
      var jobs = new ArrayList<JobState>(limit);
      for (int seen = 0; jobs.size() < limit && !heads.isEmpty(); seen++) {
        KeyValueIterator<String, byte[]> newest = heads.poll();
        KeyValue<String, byte[]> row = newest.next();
        if (seen >= offset) {
          long id = Long.parseLong(new String(row.value, StandardCharsets.UTF_8));
          job(id).ifPresent(jobs::add);
        }
        if (newest.hasNext()) {
          heads.add(newest);
        }
      }
      return jobs;
    } catch (InvalidStateStoreException e) {
      throw Problem.unavailable("a partition of job-states is on its way to another instance")
          .exception();
    } finally {
      iterators.forEach(KeyValueIterator::close);
    }
  }

  /** Hands over every result of one batch there is, in no order. */
  void results(long jobId, int batchIndex, Consumer<ItemResult> into) {
    String batch = JobIds.batchKey(jobId, batchIndex);
    int partition = partition(batch);
    whileHere(
        Topics.ITEM_RESULTS,
        partition,
        () -> {
          try (var chunks =
              scan(ViewTopology.ITEM_VIEW, Topics.ITEM_RESULTS, partition, batch + "/")) {
            while (chunks.hasNext()) {
              codec.decode(Topics.ITEM_RESULTS, chunks.next().value).getResults().forEach(into);
            }
          }
          return null;
        });
  }

  private ReadOnlyKeyValueStore<String, byte[]> store(String name, Topic<?> topic, int partition) {
    if (!gate.isOpen(new TopicPartition(topic.name(), partition))) {
      throw elsewhere(topic, partition);
    }
    return views.store(
        StoreQueryParameters.fromNameAndType(
                name, QueryableStoreTypes.<String, byte[]>keyValueStore())
            .withPartition(partition));
  }

  private KeyValueIterator<String, byte[]> scan(
      String name, Topic<?> topic, int partition, String prefix) {
    return store(name, topic, partition).prefixScan(prefix, new StringSerializer());
  }

  /** A partition may move to another instance after the gate was passed and before the read. */
  private static <T> T whileHere(Topic<?> topic, int partition, Supplier<T> read) {
    try {
      return read.get();
    } catch (InvalidStateStoreException e) {
      throw elsewhere(topic, partition);
    }
  }

  private static RuntimeException elsewhere(Topic<?> topic, int partition) {
    return Problem.unavailable(
            "partition %s-%d is not here, or still catching up".formatted(topic.name(), partition))
        .exception();
  }

  // As Kafka's default partitioner does it.
  private int partition(String key) {
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    return Utils.toPositive(Utils.murmur2(bytes)) % partitions;
  }
}
