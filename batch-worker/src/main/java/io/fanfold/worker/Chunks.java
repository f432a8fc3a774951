package io.fanfold.worker;

import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Batch;
import io.fanfold.schemas.ChunkHeaders;
import io.fanfold.schemas.Failure;
import io.fanfold.schemas.FailureCode;
import io.fanfold.schemas.Item;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.ItemResults;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Makes records of results, none longer than a record may be. */
final class Chunks {

  // Room for the record's own fields, and for a broker that measures a little differently.
  private static final int MAX_BYTES = Topics.MAX_RECORD_BYTES - 64 * 1024;

  private static final byte[] NOTHING = new byte[0];

  private final AvroCodec codec;
  private final int maxItems;
  private final int maxBytes;

  Chunks(AvroCodec codec, int maxItems) {
    this(codec, maxItems, MAX_BYTES);
  }

  Chunks(AvroCodec codec, int maxItems, int maxBytes) {
    this.codec = codec;
    this.maxItems = maxItems;
    this.maxBytes = maxBytes;
  }

  /**
   * The pending results of a batch as records for the partition the batch came from.
   *
   * @param now when they are written
   */
  List<ProducerRecord<String, byte[]>> of(BatchRun run, Instant now) {
    var records = new ArrayList<ProducerRecord<String, byte[]>>();
    List<ItemResult> pending = run.pending();
    for (int first = 0; first < pending.size(); first += maxItems) {
      int end = Math.min(first + maxItems, pending.size());
      add(records, run, first, pending.subList(first, end), now);
    }
    return records;
  }

  private void add(
      List<ProducerRecord<String, byte[]>> records,
      BatchRun run,
      int first,
      List<ItemResult> results,
      Instant now) {
    byte[] value = encode(run, first, results, now);
    if (value.length <= maxBytes) {
      Batch batch = run.batch();
      String key =
          JobIds.chunkKey(
              batch.getJobId(), batch.getIndex(), batch.getAttempt(), run.committed() + first);
      var record = new ProducerRecord<>(Topics.ITEM_RESULTS.name(), run.partition(), key, value);
      if (results.stream().allMatch(result -> result.getCustomId() == null)) {
        record.headers().add(ChunkHeaders.NO_CUSTOM_IDS, NOTHING);
      }
      records.add(record);
    } else if (results.size() > 1) {
      int half = results.size() / 2;
      add(records, run, first, results.subList(0, half), now);
      add(records, run, first + half, results.subList(half, results.size()), now);
    } else {
      // The counts are taken from the pending results, so the failure has to stand there too.
      ItemResult shorter = shorter(run.batch(), results.get(0), value.length);
      run.pending().set(first, shorter);
      add(records, run, first, List.of(shorter), now);
    }
  }

  private byte[] encode(BatchRun run, int first, List<ItemResult> results, Instant now) {
    Batch batch = run.batch();
    int items = batch.getItems().size();
    return codec.encode(
        Topics.ITEM_RESULTS,
        ItemResults.newBuilder()
            .setJobId(batch.getJobId())
            .setProject(batch.getProject())
            .setBatchIndex(batch.getIndex())
            .setAttempt(batch.getAttempt())
            .setBatchItems(items)
            .setIsFinal(run.committed() + first + results.size() == items)
            .setStartedAt(run.startedAt())
            .setCommittedAt(now)
            .setModels(run.models())
            .setResults(results)
            .build());
  }

  // Predictions go first, and then the item: one that fills a record alone cannot be run again.
  private static ItemResult shorter(Batch batch, ItemResult result, int bytes) {
    boolean failed = result.getFailure() != null;
    return new ItemResult(
        result.getIndex(),
        result.getUri(),
        result.getCustomId(),
        failed
            ? result.getFailure()
            : new Failure(
                FailureCode.TOO_LARGE,
                "the predictions take %d bytes, more than a record may have".formatted(bytes),
                null),
        List.of(),
        result.getAttempts(),
        result.getDurationMs(),
        result.getLine(),
        failed ? null : item(batch, result.getIndex()));
  }

  private static Item item(Batch batch, long index) {
    return batch.getItems().stream()
        .filter(item -> item.getIndex() == index)
        .findFirst()
        .orElseThrow();
  }
}
