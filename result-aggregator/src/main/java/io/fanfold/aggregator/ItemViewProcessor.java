package io.fanfold.aggregator;

import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** Materialises chunks of results, one write for each; a tombstone removes its chunk. */
final class ItemViewProcessor implements Processor<String, byte[], Void, Void> {

  private KeyValueStore<String, byte[]> chunks;

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    this.chunks = context.getStateStore(ViewStore.ITEMS.storeName());
  }

  @Override
  public void process(Record<String, byte[]> record) {
    if (record.key() != null) {
      chunks.put(record.key(), record.value());
    }
  }
}
