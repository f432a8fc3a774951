package io.fanfold.worker;

import io.fanfold.kit.DeadLetters;
import io.fanfold.kit.Meters;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Batch;
import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.Model;
import io.fanfold.schemas.StopReason;
import io.fanfold.schemas.Topics;
import io.micrometer.core.instrument.Counter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of a record of the batches topic: work, a dead letter, or nothing any more. */
final class BatchIntake {

  private static final Logger log = LoggerFactory.getLogger(BatchIntake.class);

  private final AvroCodec codec;
  private final OwnedPartitions partitions;
  private final TakenBatches taken;
  private final Stops stops;
  private final Function<String, Optional<FeatureOffer>> offers;
  private final Clock clock;
  private final Telemetry telemetry;
  private final Counter batchesTaken;
  private final Counter batchesDropped;
  private final Counter itemsRecovered;

  BatchIntake(
      AvroCodec codec,
      OwnedPartitions partitions,
      TakenBatches taken,
      Stops stops,
      Function<String, Optional<FeatureOffer>> offers,
      Clock clock,
      Telemetry telemetry) {
    this.codec = codec;
    this.partitions = partitions;
    this.taken = taken;
    this.stops = stops;
    this.offers = offers;
    this.clock = clock;
    this.telemetry = telemetry;
    this.batchesTaken = telemetry.counter(Meters.BATCHES_TAKEN);
    this.batchesDropped = telemetry.counter(Meters.BATCHES_DROPPED);
    this.itemsRecovered = telemetry.counter(Meters.ITEMS_RECOVERED);
  }

  void take(ConsumerRecord<String, byte[]> record) {
    Batch batch;
    try {
      batch = codec.decode(Topics.BATCHES, record.value());
      if (!JobIds.batchKey(batch.getJobId(), batch.getIndex()).equals(record.key())) {
        throw new SerializationException("the key is not the batch's: " + record.key());
      }
    } catch (SerializationException e) {
      bury(record, e);
      return;
    }
    PartitionWork work = partitions.of(record.partition());
    var recovered = work.recovered(batch);
    if (stops.reason(batch) == StopReason.DELETED) {
      work.drop();
      batchesDropped.increment();
      return;
    }
    itemsRecovered.increment(recovered.indexes().size());
    var run =
        new BatchRun(
            record.partition(),
            record.offset(),
            record.value().length,
            batch,
            models(batch),
            recovered,
            clock.instant(),
            work.chunksFrom(recovered));
    work.take(run);
    taken.add(run, System.nanoTime());
    batchesTaken.increment();
  }

  /** A batch under way whose job was deleted. */
  void drop(BatchRun run) {
    partitions.of(run.partition()).drop(run);
    batchesDropped.increment();
  }

  private void bury(ConsumerRecord<String, byte[]> record, SerializationException e) {
    log.warn(
        "dead letter from {}-{} at {}", record.topic(), record.partition(), record.offset(), e);
    partitions
        .of(record.partition())
        .bury(
            record.offset(),
            DeadLetters.record(
                BatchWorker.NAME,
                record.topic(),
                record.partition(),
                record.offset(),
                record.key(),
                record.value(),
                record.headers(),
                String.valueOf(e.getMessage())));
    telemetry.counter(Meters.DEAD_LETTERS, BatchWorker.NAME, record.topic()).increment();
  }

  private List<Model> models(Batch batch) {
    var models = new ArrayList<Model>();
    batch
        .getFeatures()
        .forEach(
            feature ->
                offers
                    .apply(feature.getName())
                    .ifPresent(
                        offer ->
                            models.add(
                                new Model(
                                    offer.getName(), offer.getModel(), offer.getModelVersion()))));
    return models;
  }
}
