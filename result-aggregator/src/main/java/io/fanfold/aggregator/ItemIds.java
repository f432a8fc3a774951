package io.fanfold.aggregator;

import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.ItemResults;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.kafka.streams.KeyValue;

/**
 * Rows of the index of items: {@code job id/hash of a customId/batch}, without a value. Attempts
 * and duplicates of an item have one row in common. Ids may share a hash, so whoever reads a batch
 * looks at the ids of its items.
 */
final class ItemIds {

  private static final byte[] THERE = new byte[0];

  private ItemIds() {}

  /** The rows of a chunk; none when its items have no ids. */
  static List<KeyValue<String, byte[]>> rows(ItemResults chunk) {
    var rows = new ArrayList<KeyValue<String, byte[]>>();
    String job = chunk.getJobId() + "/";
    String batch = batch(chunk.getBatchIndex());
    for (ItemResult result : chunk.getResults()) {
      if (result.getCustomId() != null) {
        rows.add(KeyValue.pair(job + hash(result.getCustomId()) + batch, THERE));
      }
    }
    return rows;
  }

  /** The first row there may be for an id in a batch or after it. */
  static String key(long jobId, String customId, int batchIndex) {
    return jobId + "/" + hash(customId) + batch(batchIndex);
  }

  static int batch(String key) {
    return Integer.parseInt(key.substring(key.lastIndexOf('/') + 1));
  }

  private static String batch(int index) {
    return "/%010d".formatted(index);
  }

  private static String hash(String customId) {
    var crc = new CRC32C();
    crc.update(customId.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }
}
