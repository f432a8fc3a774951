package io.fanfold.ingest;

import io.fanfold.kit.Check;
import io.fanfold.kit.LoopThread;
import io.fanfold.kit.TopicFollower;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.Topics;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.kafka.clients.consumer.Consumer;

/** What workers have announced on the features topic, kept up to date. */
final class FeatureOffers implements LoopThread.Body {

  private final TopicFollower<FeatureOffer> follower;
  private final Map<String, FeatureOffer> offers = new ConcurrentSkipListMap<>();

  FeatureOffers(Consumer<String, byte[]> consumer, AvroCodec codec) {
    this.follower = TopicFollower.fromStart(Topics.FEATURES, consumer, codec, this::take);
  }

  /** By feature name, in order; empty until a worker has announced something. */
  Map<String, FeatureOffer> byName() {
    return offers;
  }

  Check check() {
    return Check.of(
        "features",
        () ->
            offers.isEmpty()
                ? Check.Result.failed("no worker has announced a feature yet")
                : Check.Result.ok(offers.size() + " features"));
  }

  @Override
  public void run() {
    follower.run();
  }

  @Override
  public void stop() {
    follower.stop();
  }

  private void take(String name, FeatureOffer offer, long timestampMs) {
    if (offer == null) {
      offers.remove(name);
    } else {
      offers.put(name, offer);
    }
  }
}
