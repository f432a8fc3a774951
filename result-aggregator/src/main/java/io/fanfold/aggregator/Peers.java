package io.fanfold.aggregator;

import io.fanfold.kit.ProblemException;
import io.fanfold.schemas.JobIds;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.state.HostInfo;

/**
 * Finds a partition's views wherever they are: here, or by HTTP at the instance that has them.
 * While nobody has them a standby answers, and the answer is marked.
 */
final class Peers implements JobViews.Locator {

  private static final int TRIES = 2;

  private final ViewLocator here;
  private final KafkaStreams views;
  private final HostInfo self;
  private final int partitions;
  private final boolean standbys;
  private final Staleness staleness;
  private final Patience patience;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(RemoteStore.DEADLINE)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  /**
   * @param self how the others reach this instance
   * @param standbys whether there are copies to answer from
   * @param patience with a partition that nobody has at the moment
   */
  Peers(
      ViewLocator here,
      KafkaStreams views,
      HostInfo self,
      int partitions,
      boolean standbys,
      Staleness staleness,
      Patience patience) {
    this.here = here;
    this.views = views;
    this.self = self;
    this.partitions = partitions;
    this.standbys = standbys;
    this.staleness = staleness;
    this.patience = patience;
  }

  @Override
  public PartitionStore at(ViewStore store, int partition) {
    return new Routed(partition);
  }

  /** What is here, or kept here for when its owner is gone; for those who ask from elsewhere. */
  PartitionStore standby(ViewStore store, int partition) {
    return here.local(store, partition)
        .or(() -> standbys ? here.standby(store, partition) : Optional.empty())
        .orElseThrow(() -> ViewLocator.elsewhere(store, partition));
  }

  /**
   * Completes when a job that is at another instance has a sequence past the given one, or has not
   * for so long; empty when it is here.
   */
  Optional<CompletableFuture<Boolean>> change(long jobId, long after, Duration timeout) {
    int partition = Partitions.of(JobIds.key(jobId), partitions);
    if (here.local(ViewStore.JOBS, partition).isPresent()) {
      return Optional.empty();
    }
    return owner(ViewStore.JOBS, partition)
        .map(
            owner -> {
              URI target =
                  owner.resolve(
                      "/internal/changes/%d?after=%d&timeoutMs=%d"
                          .formatted(jobId, after, timeout.toMillis()));
              var request =
                  HttpRequest.newBuilder(target)
                      .timeout(timeout.plus(RemoteStore.DEADLINE))
                      .build();
              return client
                  .sendAsync(request, BodyHandlers.discarding())
                  .thenApply(answer -> answer.statusCode() == 204);
            });
  }

  private Optional<URI> owner(ViewStore store, int partition) {
    TopicPartition wanted = store.partition(partition);
    return instances(store, metadata -> metadata.topicPartitions().contains(wanted)).stream()
        .findFirst();
  }

  private List<URI> keepers(ViewStore store, int partition) {
    TopicPartition wanted = store.partition(partition);
    return instances(store, metadata -> metadata.standbyTopicPartitions().contains(wanted));
  }

  private List<URI> instances(ViewStore store, Function<StreamsMetadata, Boolean> has) {
    var found = new ArrayList<URI>();
    for (StreamsMetadata metadata : views.streamsMetadataForStore(store.storeName())) {
      HostInfo host = metadata.hostInfo();
      if (has.apply(metadata) && !host.equals(self) && !host.equals(HostInfo.unavailable())) {
        found.add(URI.create("http://%s:%d".formatted(host.host(), host.port())));
      }
    }
    return found;
  }

  /** One partition, asked for anew at each call: it can move between two. */
  private final class Routed implements PartitionStore {

    private final int partition;

    Routed(int partition) {
      this.partition = partition;
    }

    @Override
    public List<byte[]> get(ViewStore store, List<String> keys) {
      return ask(store, rows -> rows.get(store, keys));
    }

    @Override
    public List<Row> range(ViewStore store, String from, String to, int limit) {
      return ask(store, rows -> rows.range(store, from, to, limit));
    }

    @Override
    public List<List<Row>> scan(ViewStore store, List<String> prefixes) {
      return ask(store, rows -> rows.scan(store, prefixes));
    }

    private <T> T ask(ViewStore store, Function<PartitionStore, T> call) {
      return patience
          .find(() -> askOnce(store, call))
          .orElseThrow(() -> ViewLocator.elsewhere(store, partition));
    }

    private <T> Optional<T> askOnce(ViewStore store, Function<PartitionStore, T> call) {
      Optional<T> answer = askHere(store, call);
      for (int i = 0; i < TRIES && answer.isEmpty(); i++) {
        Optional<URI> owner = owner(store, partition);
        if (owner.isEmpty()) {
          break;
        }
        try {
          return Optional.of(call.apply(new RemoteStore(client, owner.get(), partition, false)));
        } catch (RemoteStore.UnreachableException e) {
          // It may have moved, perhaps to here.
          answer = askHere(store, call);
        }
      }
      return answer.isPresent() ? answer : askStandby(store, call);
    }

    private <T> Optional<T> askHere(ViewStore store, Function<PartitionStore, T> call) {
      return here.local(store, partition).flatMap(rows -> unlessGone(rows, call));
    }

    private <T> Optional<T> askStandby(ViewStore store, Function<PartitionStore, T> call) {
      if (!standbys) {
        return Optional.empty();
      }
      Optional<T> copy = here.standby(store, partition).flatMap(rows -> unlessGone(rows, call));
      if (copy.isPresent()) {
        staleness.mark();
        return copy;
      }
      for (URI keeper : keepers(store, partition)) {
        try {
          T answer = call.apply(new RemoteStore(client, keeper, partition, true));
          staleness.mark();
          return Optional.of(answer);
        } catch (RemoteStore.UnreachableException e) {
          // The next one, if there is one.
        }
      }
      return Optional.empty();
    }

    /** Rows that are here can leave in the middle of a read, which is all that a store refuses. */
    private static <T> Optional<T> unlessGone(
        PartitionStore rows, Function<PartitionStore, T> call) {
      try {
        return Optional.of(call.apply(rows));
      } catch (ProblemException e) {
        return Optional.empty();
      }
    }
  }
}
