package io.fanfold.aggregator;

import io.fanfold.kit.Problem;
import io.fanfold.kit.ProblemException;
import java.util.Optional;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.LagInfo;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** Finds a partition's views in this process, once they have caught up. */
final class ViewLocator implements JobViews.Locator {

  // A standby that is this many records behind would deny jobs that have been there for long.
  private static final long MAX_STANDBY_LAG = 1_000;

  private final KafkaStreams views;
  private final ViewGate gate;

  ViewLocator(KafkaStreams views, ViewGate gate) {
    this.views = views;
    this.gate = gate;
  }

  @Override
  public PartitionStore at(ViewStore store, int partition) {
    return local(store, partition).orElseThrow(() -> elsewhere(store, partition));
  }

  Optional<PartitionStore> local(ViewStore store, int partition) {
    return gate.isOpen(store.partition(partition))
        ? Optional.of(
            new LocalStore(
                partition,
                wanted -> open(wanted, partition, false),
                wanted -> gate.isOpen(wanted.partition(partition))))
        : Optional.empty();
  }

  /** A copy that is kept for when its owner is gone, if there is one and it is close behind. */
  Optional<PartitionStore> standby(ViewStore store, int partition) {
    var lags = views.allLocalStorePartitionLags().get(store.storeName());
    LagInfo lag = lags == null ? null : lags.get(partition);
    return lag != null && lag.offsetLag() <= MAX_STANDBY_LAG
        ? Optional.of(
            new LocalStore(partition, wanted -> open(wanted, partition, true), wanted -> true))
        : Optional.empty();
  }

  private ReadOnlyKeyValueStore<String, byte[]> open(
      ViewStore store, int partition, boolean stale) {
    var which =
        StoreQueryParameters.fromNameAndType(
                store.storeName(), QueryableStoreTypes.<String, byte[]>keyValueStore())
            .withPartition(partition);
    return views.store(stale ? which.enableStaleStores() : which);
  }

  static ProblemException elsewhere(ViewStore store, int partition) {
    return Problem.unavailable(
            "partition %s is not here, or still catching up".formatted(store.partition(partition)))
        .exception();
  }
}
