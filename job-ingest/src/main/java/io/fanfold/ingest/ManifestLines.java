package io.fanfold.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The lines of a manifest, one after the other, with the byte and the line each ends at. A line
 * that is too long is passed over without being held.
 */
final class ManifestLines {

  /** The longest line that is looked at, in bytes, without its end. */
  static final int MAX_LINE_BYTES = 64 * 1024;

  private final InputStream in;
  // A whole line and its end always fit.
  private final byte[] buffer = new byte[2 * MAX_LINE_BYTES];
  private long bufferOffset;
  private int position;
  private int limit;
  private boolean ended;

  private int start;
  private int end;
  private boolean tooLong;
  private long number;

  /**
   * @param offset the byte of the manifest that {@code in} begins with
   * @param line the line that begins there, 1 first
   */
  ManifestLines(InputStream in, long offset, long line) {
    this.in = in;
    this.bufferOffset = offset;
    this.number = line - 1;
  }

  /** Goes to the next line; false when there is none. */
  boolean next() throws IOException {
    tooLong = false;
    start = position;
    int scanned = position;
    while (true) {
      for (int i = scanned; i < limit; i++) {
        if (buffer[i] == '\n') {
          return line(i, i + 1);
        }
      }
      scanned = limit;
      if (ended) {
        return (limit > start || tooLong) && line(limit, limit);
      }
      if (limit - start > MAX_LINE_BYTES + 1) {
        // Too long even if a carriage return is its last byte: what is here can go.
        tooLong = true;
        start = limit;
      }
      scanned = fill(scanned);
    }
  }

  /** The line without its end; empty when it is too long. */
  byte[] bytes() {
    return tooLong ? new byte[0] : Arrays.copyOfRange(buffer, start, end);
  }

  boolean tooLong() {
    return tooLong;
  }

  /** The line's number, 1 first. */
  long number() {
    return number;
  }

  /** The first byte after the line and its end. */
  long offset() {
    return bufferOffset + position;
  }

  private boolean line(int lineEnd, int next) {
    end = lineEnd > start && buffer[lineEnd - 1] == '\r' ? lineEnd - 1 : lineEnd;
    tooLong |= end - start > MAX_LINE_BYTES;
    position = next;
    number++;
    return true;
  }

  /** Reads more behind what is held of the line; returns where the new bytes begin. */
  private int fill(int scanned) throws IOException {
    int held = limit - start;
    System.arraycopy(buffer, start, buffer, 0, held);
    bufferOffset += start;
    scanned -= start;
    position = 0;
    start = 0;
    limit = held;
    int n = in.read(buffer, limit, buffer.length - limit);
    if (n < 0) {
      ended = true;
    } else {
      limit += n;
    }
    return scanned;
  }
}
