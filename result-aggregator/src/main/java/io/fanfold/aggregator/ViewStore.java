package io.fanfold.aggregator;

import io.fanfold.schemas.Topic;
import io.fanfold.schemas.Topics;
import org.apache.kafka.common.TopicPartition;

/** The stores lookups read, and the topic each one follows. All keys are ASCII text. */
enum ViewStore {
  /** Job id to its newest committed state, as the bytes it came in. */
  JOBS("job-view", Topics.JOB_STATES),

  /** What jobs are found by; see {@link JobIndex}. */
  JOB_INDEX("job-index", Topics.JOB_STATES),

  /** Ids of jobs deleted a while ago. */
  DELETED_JOBS(ViewTopology.DELETED_JOBS_OF_BATCHES, Topics.JOB_STATES),

  /** How far each batch is; see {@link BatchKeys}. */
  BATCHES("batch-view", Topics.BATCH_RESULTS),

  /** Chunk key to a chunk of results, as the bytes it came in. */
  ITEMS("item-view", Topics.ITEM_RESULTS),

  /** What items are found by; see {@link ItemIds}. */
  ITEM_IDS("item-ids", Topics.ITEM_RESULTS);

  private final String storeName;
  private final Topic<?> topic;

  ViewStore(String storeName, Topic<?> topic) {
    this.storeName = storeName;
    this.topic = topic;
  }

  String storeName() {
    return storeName;
  }

  TopicPartition partition(int partition) {
    return new TopicPartition(topic.name(), partition);
  }
}
