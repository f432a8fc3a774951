package io.fanfold.schemas.serde;

/** Confluent's framing: one zero byte, the schema id as a big-endian int, the Avro binary. */
final class WireFormat {

  static final byte MAGIC = 0;
  static final int HEADER_BYTES = 5;

  private WireFormat() {}

  static int id(byte[] message) {
    return (message[1] & 0xff) << 24
        | (message[2] & 0xff) << 16
        | (message[3] & 0xff) << 8
        | (message[4] & 0xff);
  }
}
