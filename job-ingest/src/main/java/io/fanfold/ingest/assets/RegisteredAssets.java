package io.fanfold.ingest.assets;

import io.fanfold.kit.Check;
import io.fanfold.kit.LoopThread;
import io.fanfold.kit.RecordSender;
import io.fanfold.kit.TopicTable;
import io.fanfold.schemas.Asset;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All assets, in memory, as the assets topic has them. */
public final class RegisteredAssets implements LoopThread.Body {

  private static final Logger log = LoggerFactory.getLogger(RegisteredAssets.class);

  private final TopicTable<Asset> table;
  private final Map<String, Asset> assets = new ConcurrentHashMap<>();

  /**
   * @param reader a read_committed consumer of its own; closed at the end of the loop
   * @param patience how long a change is waited for
   */
  public RegisteredAssets(
      Consumer<String, byte[]> reader,
      AvroCodec codec,
      RecordSender sender,
      Clock clock,
      Duration patience) {
    this.table =
        new TopicTable<>(Topics.ASSETS, reader, codec, sender, clock, patience, this::take);
  }

  Optional<Asset> find(String project, long id) {
    return Optional.ofNullable(assets.get(key(project, id)));
  }

  /** Completes when they are found here; see {@link TopicTable#write}. */
  CompletableFuture<Void> register(List<Asset> added) {
    var changes = new LinkedHashMap<String, Asset>();
    added.forEach(asset -> changes.put(key(asset.getProject(), asset.getId()), asset));
    return table.write(changes);
  }

  /** Completes when it is not found here any more; see {@link TopicTable#write}. */
  CompletableFuture<Void> delete(String project, long id) {
    var change = new LinkedHashMap<String, Asset>();
    change.put(key(project, id), null);
    return table.write(change);
  }

  public Check check() {
    return table.check();
  }

  @Override
  public void run() {
    table.run();
  }

  @Override
  public void stop() {
    table.stop();
  }

  private void take(String key, Asset asset) {
    if (asset == null) {
      assets.remove(key);
    } else if (key.equals(key(asset.getProject(), asset.getId()))) {
      assets.put(key, asset);
    } else {
      // Anybody may produce to the topic; what stands under another's key must not be found.
      log.warn("an asset under a key that is not its own, {}", key);
    }
  }

  private static String key(String project, long id) {
    return project + "/" + id;
  }
}
