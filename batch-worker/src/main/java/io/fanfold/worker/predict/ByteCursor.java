package io.fanfold.worker.predict;

import io.fanfold.schemas.FailureCode;

/** Reads numbers off bytes; running off their end means the content was cut. */
final class ByteCursor {
  private final byte[] bytes;
  private int position;

  ByteCursor(byte[] bytes) {
    this.bytes = bytes;
  }

  byte[] bytes() {
    return bytes;
  }

  int position() {
    return position;
  }

  int remaining() {
    return bytes.length - position;
  }

  void seek(int to) {
    position = to;
  }

  void skip(long count) throws PredictionException {
    if (count < 0 || count > remaining()) {
      throw cut();
    }
    position += (int) count;
  }

  int u8() throws PredictionException {
    if (position >= bytes.length) {
      throw cut();
    }
    return bytes[position++] & 0xff;
  }

  int u16() throws PredictionException {
    return u8() << 8 | u8();
  }

  long u32() throws PredictionException {
    return (long) u16() << 16 | u16();
  }

  int u16LittleEndian() throws PredictionException {
    return u8() | u8() << 8;
  }

  int s32LittleEndian() throws PredictionException {
    return u16LittleEndian() | u16LittleEndian() << 16;
  }

  private PredictionException cut() {
    return corrupt("the picture ends early, at byte " + bytes.length);
  }

  static PredictionException corrupt(String message) {
    return new PredictionException(FailureCode.CORRUPT_INPUT, message);
  }

  static PredictionException unsupported(String message) {
    return new PredictionException(FailureCode.UNSUPPORTED_FORMAT, message);
  }
}
