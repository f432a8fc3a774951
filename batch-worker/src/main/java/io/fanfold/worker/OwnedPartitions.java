package io.fanfold.worker;

import io.fanfold.schemas.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** The partitions of batches that the group has given this worker. */
final class OwnedPartitions {

  private final Consumer<String, byte[]> consumer;
  private final ResultRecovery recovery;
  private final Map<Integer, PartitionWork> works = new TreeMap<>();

  OwnedPartitions(Consumer<String, byte[]> consumer, ResultRecovery recovery) {
    this.consumer = consumer;
    this.recovery = recovery;
  }

  PartitionWork of(int partition) {
    return works.get(partition);
  }

  Map<Integer, PartitionWork> all() {
    return works;
  }

  void takeOver(Collection<TopicPartition> assigned) {
    for (TopicPartition partition : assigned) {
      // Waits for the former owner's commit, if one is under way.
      OffsetAndMetadata committed = consumer.committed(Set.of(partition)).get(partition);
      OffsetAndMetadata from = committed == null ? new OffsetAndMetadata(0) : committed;
      long batchesEnd = consumer.endOffsets(List.of(partition)).get(partition);
      var recovered = recovery.recover(partition.partition(), PartitionWork.chunksFrom(from));
      works.put(
          partition.partition(),
          new PartitionWork(recovered.results(), from, batchesEnd, recovered.end()));
    }
  }

  /** What was under way there; it is another worker's now. */
  List<BatchRun> release(Collection<TopicPartition> gone) {
    var runs = new ArrayList<BatchRun>();
    for (TopicPartition partition : gone) {
      PartitionWork work = works.remove(partition.partition());
      if (work != null) {
        runs.addAll(work.runs());
      }
    }
    return runs;
  }

  /** Everything a poll has brought is taken. */
  void settlePositions() {
    works.forEach(
        (number, work) ->
            work.moveTo(consumer.position(new TopicPartition(Topics.BATCHES.name(), number))));
  }

  /** Whether one of them is reason enough to commit. */
  boolean isAnyDue() {
    return works.values().stream().anyMatch(PartitionWork::isDue);
  }
}
