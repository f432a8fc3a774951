package io.fanfold.aggregator;

import java.time.Duration;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * When a job is deleted each of its chunks gets a tombstone on the topic, late ones included. The
 * row goes when its tombstone is read: a row that went before would hide, from a second try after a
 * crash, that its tombstone was never written.
 */
final class ItemCleaner implements Processor<String, byte[], String, byte[]> {

  private static final Duration CLEANING = Duration.ofMillis(50);

  private ProcessorContext<String, byte[]> context;
  private DeletedJobs deleted;

  @Override
  public void init(ProcessorContext<String, byte[]> context) {
    this.context = context;
    this.deleted =
        new DeletedJobs(
            context.getStateStore(ViewTopology.DELETED_JOBS_OF_ITEMS),
            context.getStateStore(ViewStore.ITEMS.storeName()));
    context.schedule(
        CLEANING,
        PunctuationType.WALL_CLOCK_TIME,
        now -> deleted.advance(now, key -> tombstone(key, now)));
  }

  @Override
  public void process(Record<String, byte[]> record) {
    String key = record.key();
    if (key == null) {
      return;
    }
    int slash = key.indexOf('/');
    if (slash < 0 && record.value() == null) {
      deleted.add(key, context.currentSystemTimeMs());
    } else if (slash > 0 && record.value() != null && deleted.contains(key.substring(0, slash))) {
      tombstone(key, record.timestamp());
    }
  }

  private void tombstone(String key, long timestamp) {
    context.forward(new Record<>(key, null, timestamp));
  }
}
