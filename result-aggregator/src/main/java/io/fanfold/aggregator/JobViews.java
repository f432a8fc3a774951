package io.fanfold.aggregator;

import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.BatchResult;
import io.fanfold.schemas.ItemResults;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the rows of the views say, wherever they are. */
final class JobViews {

  /** Finds the views of a partition. */
  interface Locator {

    /**
     * @throws io.fanfold.kit.ProblemException 503 that names the partition when nobody has it, or
     *     who has it is still catching up; never a shorter answer
     */
    PartitionStore at(ViewStore store, int partition);
  }

  private final Locator locator;
  private final AvroCodec codec;
  private final int partitions;

  JobViews(Locator locator, AvroCodec codec, int partitions) {
    this.locator = locator;
    this.codec = codec;
    this.partitions = partitions;
  }

  int partitions() {
    return partitions;
  }

  PartitionStore at(ViewStore store, int partition) {
    return locator.at(store, partition);
  }

  /** The newest committed state of a job, whosever it is. */
  Optional<JobState> job(long jobId) {
    String key = JobIds.key(jobId);
    return jobs(Partitions.of(key, partitions), List.of(key)).stream().findFirst();
  }

  /** Whether there was such a job until a while ago. */
  boolean isDeleted(long jobId) {
    String key = JobIds.key(jobId);
    return at(ViewStore.DELETED_JOBS, Partitions.of(key, partitions))
            .get(ViewStore.DELETED_JOBS, List.of(key))
            .get(0)
        != null;
  }

  /** The states of those jobs of a partition that there are. */
  List<JobState> jobs(int partition, List<String> keys) {
    if (keys.isEmpty()) {
      return List.of();
    }
    return at(ViewStore.JOBS, partition).get(ViewStore.JOBS, keys).stream()
        .filter(Objects::nonNull)
        .map(row -> codec.decode(Topics.JOB_STATES, row))
        .toList();
  }

  /** The chunks of batches, each batch's in no order; a batch without any has an empty list. */
  SortedMap<Integer, List<ItemResults>> chunks(long jobId, List<Integer> batches) {
    var byPartition = new TreeMap<Integer, List<Integer>>();
    for (int batch : batches) {
      int partition = Partitions.of(JobIds.batchKey(jobId, batch), partitions);
      byPartition.computeIfAbsent(partition, p -> new ArrayList<>()).add(batch);
    }
    var found = new TreeMap<Integer, List<ItemResults>>();
    byPartition.forEach(
        (partition, here) -> {
          List<String> prefixes =
              here.stream().map(batch -> JobIds.batchKey(jobId, batch) + "/").toList();
          var scanned = at(ViewStore.ITEMS, partition).scan(ViewStore.ITEMS, prefixes);
          for (int i = 0; i < here.size(); i++) {
            found.put(
                here.get(i),
                scanned.get(i).stream()
                    .map(row -> codec.decode(Topics.ITEM_RESULTS, row.value()))
                    .toList());
          }
        });
    return found;
  }

  /** The newest counts of batches from one on that have any, in order. */
  SortedMap<Integer, BatchResult> batchCounts(long jobId, int from, int to, int limit) {
    var found = new TreeMap<Integer, BatchResult>();
    for (PartitionStore.Row row : batchRows(jobId, BatchKeys.COUNTS, from, to, limit)) {
      found.put(BatchKeys.batch(row.key()), codec.decode(Topics.BATCH_RESULTS, row.value()));
    }
    return found;
  }

  /**
   * Batches with something of a kind, in order.
   *
   * @param kind one of {@link BatchKeys}'
   * @param to the first batch after them
   */
  List<Integer> batches(long jobId, String kind, int from, int to, int limit) {
    return batchRows(jobId, kind, from, to, limit).stream()
        .map(row -> BatchKeys.batch(row.key()))
        .toList();
  }

  /**
   * Batches from one on that may have an item with a customId, in order.
   *
   * @param to the first batch after them
   */
  List<Integer> batchesWith(long jobId, String customId, int from, int to, int limit) {
    String first = ItemIds.key(jobId, customId, from);
    String end = ItemIds.key(jobId, customId, to);
    var found = new TreeSet<Integer>();
    for (int partition = 0; partition < partitions; partition++) {
      for (PartitionStore.Row row :
          at(ViewStore.ITEM_IDS, partition).range(ViewStore.ITEM_IDS, first, end, limit)) {
        found.add(ItemIds.batch(row.key()));
      }
    }
    return found.stream().limit(limit).toList();
  }

  /** The number of jobs that have not ended and are older than this one, at most a limit. */
  long activeBefore(JobState job, int limit) {
    String from =
        JobIndex.rowKey(JobIndex.ACTIVE, JobOrder.position(job.getCreatedAt(), job.getId())) + "\0";
    String to = JobIndex.rowKey(JobIndex.ACTIVE, JobOrder.END);
    long ahead = 0;
    for (int partition = 0; partition < partitions && ahead < limit; partition++) {
      ahead +=
          at(ViewStore.JOB_INDEX, partition)
              .range(ViewStore.JOB_INDEX, from, to, (int) (limit - ahead))
              .size();
    }
    return ahead;
  }

  private List<PartitionStore.Row> batchRows(long jobId, String kind, int from, int to, int limit) {
    int partition = Partitions.of(JobIds.key(jobId), partitions);
    return at(ViewStore.BATCHES, partition)
        .range(
            ViewStore.BATCHES,
            BatchKeys.key(jobId, kind, from),
            BatchKeys.key(jobId, kind, to),
            limit);
  }
}
