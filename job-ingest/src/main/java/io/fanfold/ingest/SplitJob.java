package io.fanfold.ingest;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What the splitter knows of a job for as long as the job is there, and a while longer.
 *
 * @param digest of the submission that made it, 32 bytes
 * @param attempt the newest attempt
 * @param deleted whether it is gone; the row then only keeps its id from being used again
 * @param header the job as it stands on its topic; empty once it is deleted
 */
record SplitJob(byte[] digest, int attempt, boolean deleted, byte[] header) {

  private static final int DIGEST_BYTES = 32;

  SplitJob withAttempt(int next) {
    return new SplitJob(digest, next, deleted, header);
  }

  SplitJob asDeleted() {
    return new SplitJob(digest, attempt, true, new byte[0]);
  }

  byte[] encode() {
    var bytes = new ByteArrayOutputStream(DIGEST_BYTES + 16 + header.length);
    try (var out = new DataOutputStream(bytes)) {
      out.write(digest);
      out.writeInt(attempt);
      out.writeBoolean(deleted);
      out.write(header);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static SplitJob decode(byte[] row) {
    try (var in = new DataInputStream(new ByteArrayInputStream(row))) {
      return new SplitJob(
          in.readNBytes(DIGEST_BYTES), in.readInt(), in.readBoolean(), in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("a row of split-jobs is damaged", e);
    }
  }
}
