package io.fanfold.schemas.serde;

import java.util.Arrays;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.BinaryData;
import org.apache.avro.io.BinaryEncoder;

/**
 * Avro binary into one growing array, behind the header. Kept per thread and used again, so that a
 * record costs one allocation, its result.
 */
final class ByteArrayEncoder extends BinaryEncoder {

  private static final int INITIAL_BYTES = 2 * 1024;

  /** A thread that once wrote a huge record does not hold on to its memory. */
  private static final int RETAINED_BYTES = 1024 * 1024;

  private static final int LONGEST_VARINT = 10;
  private static final int MAX_BYTES = Integer.MAX_VALUE - 8;

  private byte[] buffer = new byte[INITIAL_BYTES];
  private int position;

  void start(int schemaId) {
    buffer[0] = WireFormat.MAGIC;
    buffer[1] = (byte) (schemaId >>> 24);
    buffer[2] = (byte) (schemaId >>> 16);
    buffer[3] = (byte) (schemaId >>> 8);
    buffer[4] = (byte) schemaId;
    position = WireFormat.HEADER_BYTES;
  }

  byte[] message() {
    return Arrays.copyOf(buffer, position);
  }

  void release() {
    position = 0;
    if (buffer.length > RETAINED_BYTES) {
      buffer = new byte[INITIAL_BYTES];
    }
  }

  int capacity() {
    return buffer.length;
  }

  @Override
  public void writeBoolean(boolean value) {
    ensure(1);
    buffer[position++] = (byte) (value ? 1 : 0);
  }

  @Override
  public void writeInt(int value) {
    ensure(LONGEST_VARINT);
    position += BinaryData.encodeInt(value, buffer, position);
  }

  @Override
  public void writeLong(long value) {
    ensure(LONGEST_VARINT);
    position += BinaryData.encodeLong(value, buffer, position);
  }

  @Override
  public void writeFloat(float value) {
    ensure(Float.BYTES);
    position += BinaryData.encodeFloat(value, buffer, position);
  }

  @Override
  public void writeDouble(double value) {
    ensure(Double.BYTES);
    position += BinaryData.encodeDouble(value, buffer, position);
  }

  @Override
  public void writeFixed(byte[] bytes, int start, int length) {
    ensure(length);
    System.arraycopy(bytes, start, buffer, position, length);
    position += length;
  }

  @Override
  protected void writeZero() {
    ensure(1);
    buffer[position++] = 0;
  }

  @Override
  public int bytesBuffered() {
    return position;
  }

  @Override
  public void flush() {
    // Everything is in the array already.
  }

  private void ensure(int more) {
    if (buffer.length - position < more) {
      long needed = (long) position + more;
      if (needed > MAX_BYTES) {
        throw new AvroRuntimeException("the record is longer than an array can be");
      }
      buffer =
          Arrays.copyOf(buffer, (int) Math.min(MAX_BYTES, Math.max(needed, 2L * buffer.length)));
    }
  }
}
