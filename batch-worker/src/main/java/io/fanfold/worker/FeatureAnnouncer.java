package io.fanfold.worker;

import io.fanfold.kit.Check;
import io.fanfold.kit.Service;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.Topics;
import io.fanfold.worker.predict.PredictionException;
import io.fanfold.worker.predict.Predictors;
import java.util.ArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the features topic what this worker computes, and loads the models meanwhile. */
final class FeatureAnnouncer implements Service.Part {

  private static final Logger log = LoggerFactory.getLogger(FeatureAnnouncer.class);

  private final Producer<String, byte[]> producer;
  private final AvroCodec codec;
  private final Predictors predictors;
  private final Thread warmUp;
  private volatile String state = "loading";
  private volatile boolean loaded;

  FeatureAnnouncer(Producer<String, byte[]> producer, AvroCodec codec, Predictors predictors) {
    this.producer = producer;
    this.codec = codec;
    this.predictors = predictors;
    this.warmUp = new Thread(this::warmUp, "model-warm-up");
    warmUp.setDaemon(true);
  }

  Check check() {
    return Check.of("models", () -> loaded ? Check.Result.ok(state) : Check.Result.failed(state));
  }

  @Override
  public void start() throws ExecutionException, InterruptedException {
    warmUp.start();
    try (producer) {
      var sent = new ArrayList<Future<RecordMetadata>>();
      for (FeatureOffer offer : predictors.offers()) {
        sent.add(
            producer.send(
                new ProducerRecord<>(
                    Topics.FEATURES.name(),
                    offer.getName(),
                    codec.encode(Topics.FEATURES, offer))));
      }
      for (Future<RecordMetadata> one : sent) {
        one.get();
      }
    }
  }

  @Override
  public void close() {
    try {
      // The models must not be closed under it.
      warmUp.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void warmUp() {
    try {
      predictors.warmUp();
      state = predictors.offers().size() + " features";
      loaded = true;
    } catch (PredictionException e) {
      // Items that need the model fail with the same code; others are served.
      log.error("a model cannot be loaded", e);
      state = e.getMessage();
    }
  }
}
