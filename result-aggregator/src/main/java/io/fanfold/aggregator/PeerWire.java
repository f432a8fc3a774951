package io.fanfold.aggregator;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** The calls of {@link PartitionStore} between instances: counts, lengths and bytes. */
final class PeerWire {

  /** Writes a message. */
  interface Writer {
    void write(DataOutputStream out) throws IOException;
  }

  private static final int NOTHING = -1;

  private PeerWire() {}

  static byte[] bytes(Writer writer) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      writer.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static DataInputStream reader(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }

  static void keys(DataOutputStream out, List<String> keys) throws IOException {
    out.writeInt(keys.size());
    for (String key : keys) {
      out.writeUTF(key);
    }
  }

  static List<String> keys(DataInputStream in) throws IOException {
    int count = in.readInt();
    var keys = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      keys.add(in.readUTF());
    }
    return keys;
  }

  static void values(DataOutputStream out, List<byte[]> values) throws IOException {
    out.writeInt(values.size());
    for (byte[] value : values) {
      value(out, value);
    }
  }

  static List<byte[]> values(DataInputStream in) throws IOException {
    int count = in.readInt();
    var values = new ArrayList<byte[]>();
    for (int i = 0; i < count; i++) {
      values.add(value(in));
    }
    return values;
  }

  static void rows(DataOutputStream out, List<PartitionStore.Row> rows) throws IOException {
    out.writeInt(rows.size());
    for (PartitionStore.Row row : rows) {
      out.writeUTF(row.key());
      value(out, row.value());
    }
  }

  static List<PartitionStore.Row> rows(DataInputStream in) throws IOException {
    int count = in.readInt();
    var rows = new ArrayList<PartitionStore.Row>();
    for (int i = 0; i < count; i++) {
      rows.add(new PartitionStore.Row(in.readUTF(), value(in)));
    }
    return rows;
  }

  private static void value(DataOutputStream out, byte[] value) throws IOException {
    if (value == null) {
      out.writeInt(NOTHING);
    } else {
      out.writeInt(value.length);
      out.write(value);
    }
  }

  // The length is the sender's word; no more is held than has come.
  private static byte[] value(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length == NOTHING) {
      return null;
    }
    byte[] value = in.readNBytes(length);
    if (value.length < length) {
      throw new IOException("the answer is cut off");
    }
    return value;
  }
}
