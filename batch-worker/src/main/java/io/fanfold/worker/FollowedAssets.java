package io.fanfold.worker;

import io.fanfold.kit.Check;
import io.fanfold.kit.LoopThread;
import io.fanfold.kit.TopicFollower;
import io.fanfold.schemas.Asset;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.Topics;
import io.fanfold.worker.predict.AssetTags;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what predictors know of assets as the assets topic has it. */
final class FollowedAssets implements LoopThread.Body {

  private static final Logger log = LoggerFactory.getLogger(FollowedAssets.class);

  private final TopicFollower<Asset> follower;
  private final AssetTags tags = new AssetTags(this::isReady);

  /**
   * @param reader a read_committed consumer of its own; closed at the end of the loop
   */
  FollowedAssets(Consumer<String, byte[]> reader, AvroCodec codec) {
    this.follower = TopicFollower.fromStart(Topics.ASSETS, reader, codec, this::take);
  }

  AssetTags tags() {
    return tags;
  }

  Check check() {
    return follower.check();
  }

  @Override
  public void run() {
    follower.run();
  }

  @Override
  public void stop() {
    follower.stop();
  }

  private boolean isReady() {
    return follower.isReady();
  }

  private void take(String key, Asset asset, long timestampMs) {
    int slash = key.indexOf('/');
    OptionalLong id = JobIds.parse(key.substring(slash + 1));
    if (slash < 0 || id.isEmpty()) {
      log.warn("an asset under a key that is none, {}", key);
    } else if (asset == null) {
      tags.remove(key.substring(0, slash), id.getAsLong());
    } else if (key.equals(asset.getProject() + "/" + asset.getId())) {
      tags.put(asset);
    } else {
      log.warn("an asset under another's key, {}", key);
    }
  }
}
