package io.fanfold.ingest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.Stores;

/** The splitter's stores in memory, for a processor without a topology around it. */
final class SplitterStores {

  private SplitterStores() {}

  static List<StateStore> open(MockProcessorContext<byte[], byte[]> context) {
    var stores = new ArrayList<StateStore>();
    for (String name :
        List.of(
            SplitterTopology.SPLIT_JOBS,
            SplitterTopology.ACTIVE_SPLITS,
            SplitterTopology.WAITING_BATCHES,
            SplitterTopology.WAITING_COMMANDS,
            SplitterTopology.TIMERS)) {
      stores.add(
          Stores.keyValueStoreBuilder(
                  Stores.inMemoryKeyValueStore(name), Serdes.String(), Serdes.ByteArray())
              .withLoggingDisabled()
              .build());
    }
    Duration kept = SplitterDriver.LIMITS.submissionIdsKept();
    stores.add(
        Stores.windowStoreBuilder(
                Stores.inMemoryWindowStore(SplitterTopology.SUBMISSION_IDS, kept, kept, false),
                Serdes.String(),
                Serdes.ByteArray())
            .withLoggingDisabled()
            .build());
    stores.forEach(store -> store.init(context.getStateStoreContext(), store));
    return stores;
  }
}
