package io.fanfold.worker;

import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Batch;
import io.fanfold.schemas.Failure;
import io.fanfold.schemas.FailureCode;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.ItemResults;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.Topics;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Makes records of results, none longer than a record may be. */
final class Chunks {

  // Room for the record's own fields, and for a broker that measures a little differently.
  private static final int MAX_BYTES = Topics.MAX_RECORD_BYTES - 64 * 1024;

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

  /** The pending results of a batch as records for the partition the batch came from. */
  List<ProducerRecord<String, byte[]>> of(BatchRun run) {
    var records = new ArrayList<ProducerRecord<String, byte[]>>();
    List<ItemResult> pending = run.pending();
    for (int first = 0; first < pending.size(); first += maxItems) {
      int end = Math.min(first + maxItems, pending.size());
      add(records, run, first, pending.subList(first, end));
    }
    return records;
  }

  private void add(
      List<ProducerRecord<String, byte[]>> records,
      BatchRun run,
      int first,
      List<ItemResult> results) {
    byte[] value = encode(run, results);
    if (value.length <= maxBytes) {
      Batch batch = run.batch();
      String key =
          JobIds.chunkKey(
              batch.getJobId(), batch.getIndex(), batch.getAttempt(), run.committed() + first);
      records.add(new ProducerRecord<>(Topics.ITEM_RESULTS.name(), run.partition(), key, value));
    } else if (results.size() > 1) {
      int half = results.size() / 2;
      add(records, run, first, results.subList(0, half));
      add(records, run, first + half, results.subList(half, results.size()));
    } else {
      // The counts are taken from the pending results, so the failure has to stand there too.
      ItemResult tooLarge = tooLarge(results.get(0), value.length);
      run.pending().set(first, tooLarge);
      add(records, run, first, List.of(tooLarge));
    }
  }

  private byte[] encode(BatchRun run, List<ItemResult> results) {
    Batch batch = run.batch();
    return codec.encode(
        Topics.ITEM_RESULTS,
        ItemResults.newBuilder()
            .setJobId(batch.getJobId())
            .setProject(batch.getProject())
            .setBatchIndex(batch.getIndex())
            .setAttempt(batch.getAttempt())
            .setModels(run.models())
            .setResults(results)
            .build());
  }

  private static ItemResult tooLarge(ItemResult result, int bytes) {
    return new ItemResult(
        result.getIndex(),
        result.getUri(),
        result.getCustomId(),
        new Failure(
            FailureCode.TOO_LARGE,
            "the predictions take %d bytes, more than a record may have".formatted(bytes),
            null),
        List.of(),
        result.getAttempts(),
        result.getDurationMs(),
        null,
        null);
  }
}
