package io.fanfold.ingest;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;

/**
 * Which job a submission id stands for. Rows leave by themselves when their time is over: a window
 * store drops whole segments of them.
 */
final class SubmissionIds {

  /** By this header a sender knows the answer to its own request. */
  static final String REQUEST_ID_HEADER = "fanfold-request-id";

  /** The job id the sender would like. */
  static final String JOB_ID_HEADER = "fanfold-job-id";

  /**
   * @param digests what the submission said, field by field
   */
  record Row(long jobId, long createdAtMs, Map<String, byte[]> digests) {}

  private final WindowStore<String, byte[]> rows;
  private final Duration kept;

  SubmissionIds(WindowStore<String, byte[]> rows, Duration kept) {
    this.rows = rows;
    this.kept = kept;
  }

  /** The key of such a submission's record. */
  static String key(String project, String submissionId) {
    return project + "/" + URLEncoder.encode(submissionId, StandardCharsets.UTF_8);
  }

  /**
   * @param nowMs by the clock on the wall: the store takes the latest time it has seen for now, and
   *     any client may write any time on its records
   */
  Optional<Row> find(String key, long nowMs) {
    byte[] oldest = null;
    try (WindowStoreIterator<byte[]> found =
        // The clock of the instance before may have been ahead.
        rows.fetch(key, Math.max(0, nowMs - kept.toMillis()), nowMs + kept.toMillis())) {
      if (found.hasNext()) {
        oldest = found.next().value;
      }
    }
    return Optional.ofNullable(oldest).map(SubmissionIds::decode);
  }

  void put(String key, Row row, long nowMs) {
    rows.put(key, encode(row), nowMs);
  }

  private static byte[] encode(Row row) {
    var bytes = new ByteArrayOutputStream(512);
    try (var out = new DataOutputStream(bytes)) {
      out.writeLong(row.jobId);
      out.writeLong(row.createdAtMs);
      out.writeInt(row.digests.size());
      for (Map.Entry<String, byte[]> field : row.digests.entrySet()) {
        out.writeUTF(field.getKey());
        out.writeByte(field.getValue().length);
        out.write(field.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static Row decode(byte[] row) {
    try (var in = new DataInputStream(new ByteArrayInputStream(row))) {
      long jobId = in.readLong();
      long createdAtMs = in.readLong();
      var digests = new LinkedHashMap<String, byte[]>();
      for (int left = in.readInt(); left > 0; left--) {
        String name = in.readUTF();
        digests.put(name, in.readNBytes(in.readByte()));
      }
      return new Row(jobId, createdAtMs, digests);
    } catch (IOException e) {
      throw new UncheckedIOException("a row of submission-ids is damaged", e);
    }
  }
}
