package io.fanfold.schemas.serde;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;

/**
 * Avro binary out of an array, never believing a length the array cannot hold. Avro's own decoder
 * allocates what the bytes announce, so that a few corrupt ones can ask for gigabytes.
 */
final class BoundedDecoder extends Decoder {

  /** Items without bytes, such as nulls, are the only ones there can be more of than bytes. */
  private static final int ITEMS_WITHOUT_BYTES = 65_536;

  private final byte[] buffer;
  private final int limit;
  private int position;

  // Any value with bytes holds fewer items, at all depths together, than it has bytes.
  private long itemsLeft;

  BoundedDecoder(byte[] buffer, int start) {
    this.buffer = buffer;
    this.position = start;
    this.limit = buffer.length;
    this.itemsLeft = (long) limit - start + ITEMS_WITHOUT_BYTES;
  }

  int remaining() {
    return limit - position;
  }

  @Override
  public void readNull() {}

  @Override
  public boolean readBoolean() throws IOException {
    byte value = buffer[take(1)];
    if ((value & ~1) != 0) {
      throw new AvroRuntimeException("%d is not a boolean".formatted(value));
    }
    return value == 1;
  }

  @Override
  public int readInt() throws IOException {
    int raw = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int b = next();
      raw |= (b & 0x7f) << shift;
      if ((b & 0x80) == 0) {
        return (raw >>> 1) ^ -(raw & 1);
      }
    }
    throw new AvroRuntimeException("a number is longer than an int");
  }

  @Override
  public long readLong() throws IOException {
    long raw = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      int b = next();
      raw |= (b & 0x7fL) << shift;
      if ((b & 0x80) == 0) {
        return (raw >>> 1) ^ -(raw & 1);
      }
    }
    throw new AvroRuntimeException("a number is longer than a long");
  }

  @Override
  public float readFloat() throws IOException {
    return Float.intBitsToFloat(littleEndian(take(Float.BYTES)));
  }

  @Override
  public double readDouble() throws IOException {
    int at = take(Double.BYTES);
    long low = littleEndian(at) & 0xffff_ffffL;
    return Double.longBitsToDouble((long) littleEndian(at + 4) << 32 | low);
  }

  @Override
  public Utf8 readString(Utf8 old) throws IOException {
    int length = length();
    int at = take(length);
    Utf8 result = old == null ? new Utf8() : old;
    result.setByteLength(length);
    System.arraycopy(buffer, at, result.getBytes(), 0, length);
    return result;
  }

  @Override
  public String readString() throws IOException {
    int length = length();
    return new String(buffer, take(length), length, StandardCharsets.UTF_8);
  }

  @Override
  public void skipString() throws IOException {
    take(length());
  }

  @Override
  public ByteBuffer readBytes(ByteBuffer old) throws IOException {
    int length = length();
    int at = take(length);
    byte[] bytes = new byte[length];
    System.arraycopy(buffer, at, bytes, 0, length);
    return ByteBuffer.wrap(bytes);
  }

  @Override
  public void skipBytes() throws IOException {
    take(length());
  }

  @Override
  public void readFixed(byte[] bytes, int start, int length) throws IOException {
    System.arraycopy(buffer, take(length), bytes, start, length);
  }

  @Override
  public void skipFixed(int length) throws IOException {
    take(length);
  }

  @Override
  public int readEnum() throws IOException {
    return readInt();
  }

  @Override
  public int readIndex() throws IOException {
    return readInt();
  }

  @Override
  public long readArrayStart() throws IOException {
    return block();
  }

  @Override
  public long arrayNext() throws IOException {
    return block();
  }

  @Override
  public long skipArray() throws IOException {
    return skipBlocks();
  }

  @Override
  public long readMapStart() throws IOException {
    return block();
  }

  @Override
  public long mapNext() throws IOException {
    return block();
  }

  @Override
  public long skipMap() throws IOException {
    return skipBlocks();
  }

  private long block() throws IOException {
    long items = readLong();
    if (items < 0) {
      // A negative count is followed by the block's length in bytes, for those who skip it.
      readLong();
      items = -items;
    }
    count(items);
    return items;
  }

  private long skipBlocks() throws IOException {
    long items = readLong();
    while (items < 0) {
      take(length());
      items = readLong();
    }
    count(items);
    return items;
  }

  private void count(long items) {
    // Long.MIN_VALUE stays negative when negated.
    if (items < 0 || items > itemsLeft) {
      throw new AvroRuntimeException(
          "%d items announced where %d bytes are left".formatted(items, remaining()));
    }
    itemsLeft -= items;
  }

  private int length() throws IOException {
    long length = readLong();
    if (length < 0 || length > remaining()) {
      throw new AvroRuntimeException(
          "a length of %d announced where %d bytes are left".formatted(length, remaining()));
    }
    return (int) length;
  }

  private int next() throws EOFException {
    if (position >= limit) {
      throw ended();
    }
    return buffer[position++];
  }

  private int take(int length) throws EOFException {
    if (length < 0 || length > limit - position) {
      throw ended();
    }
    int at = position;
    position += length;
    return at;
  }

  private int littleEndian(int at) {
    return (buffer[at] & 0xff)
        | (buffer[at + 1] & 0xff) << 8
        | (buffer[at + 2] & 0xff) << 16
        | (buffer[at + 3] & 0xff) << 24;
  }

  private static EOFException ended() {
    return new EOFException("the bytes end within the value");
  }
}
