package io.fanfold.aggregator;

import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.ChunkHeaders;
import io.fanfold.schemas.Topics;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Indexes chunks by the customIds in them, and cleans up. When a job is deleted each of its chunks
 * gets a tombstone on the topic, late ones included. The row goes when its tombstone is read: a row
 * that went before would hide, from a second try after a crash, that its tombstone was never
 * written.
 */
final class ItemCleaner implements Processor<String, byte[], String, byte[]> {

  private static final Logger log = LoggerFactory.getLogger(ItemCleaner.class);
  private static final Duration CLEANING = Duration.ofMillis(50);

  private final AvroCodec codec;
  private ProcessorContext<String, byte[]> context;
  private KeyValueStore<String, byte[]> index;
  private DeletedJobs deleted;
  private DeletedJobs unindexed;

  ItemCleaner(AvroCodec codec) {
    this.codec = codec;
  }

  @Override
  public void init(ProcessorContext<String, byte[]> context) {
    this.context = context;
    this.index = context.getStateStore(ViewStore.ITEM_IDS.storeName());
    KeyValueStore<String, byte[]> marks = context.getStateStore(ViewTopology.DELETED_JOBS_OF_ITEMS);
    this.deleted = new DeletedJobs(marks, context.getStateStore(ViewStore.ITEMS.storeName()));
    this.unindexed = new DeletedJobs(marks, index);
    context.schedule(CLEANING, PunctuationType.WALL_CLOCK_TIME, this::clean);
  }

  @Override
  public void process(Record<String, byte[]> record) {
    String key = record.key();
    if (key == null) {
      return;
    }
    int slash = key.indexOf('/');
    if (slash < 0 && record.value() == null) {
      long now = context.currentSystemTimeMs();
      deleted.add(key, now);
      unindexed.add(key, now);
    } else if (slash > 0 && record.value() != null) {
      if (deleted.contains(key.substring(0, slash))) {
        tombstone(key, record.timestamp());
      } else if (record.headers().lastHeader(ChunkHeaders.NO_CUSTOM_IDS) == null) {
        index(key, record.value());
      }
    }
  }

  private void index(String key, byte[] chunk) {
    try {
      List<KeyValue<String, byte[]>> rows = ItemIds.rows(codec.decode(Topics.ITEM_RESULTS, chunk));
      if (!rows.isEmpty()) {
        index.putAll(rows);
      }
    } catch (SerializationException e) {
      // Nobody who asks for its items will be able to read it either.
      log.warn("the chunk {} cannot be read", key, e);
    }
  }

  private void clean(long now) {
    deleted.advance(now, key -> tombstone(key, now));
    unindexed.advance(now, index::delete);
  }

  private void tombstone(String key, long timestamp) {
    context.forward(new Record<>(key, null, timestamp));
  }
}
