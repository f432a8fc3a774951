package io.fanfold.standalone.registry;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.KafkaException;

/** A log that fails on demand, before or after the record is kept. Records go through JSON. */
final class InMemorySchemaLog implements SchemaLog {

  private final List<byte[][]> kept = new ArrayList<>();
  private boolean open;
  private boolean failBefore;
  private boolean failAfter;

  void failOnceBeforeKeeping() {
    failBefore = true;
  }

  void failOnceAfterKeeping() {
    failAfter = true;
  }

  int size() {
    return kept.size();
  }

  @Override
  public List<RegistryRecord> open() {
    open = true;
    return kept.stream().flatMap(kv -> RecordJson.parse(kv[0], kv[1]).stream()).toList();
  }

  @Override
  public void append(RegistryRecord record) {
    if (!open) {
      throw new KafkaException("not open");
    }
    if (failBefore) {
      failBefore = false;
      open = false;
      throw new KafkaException("failed before");
    }
    kept.add(new byte[][] {RecordJson.key(record), RecordJson.value(record)});
    if (failAfter) {
      failAfter = false;
      open = false;
      throw new KafkaException("failed after");
    }
  }

  @Override
  public void close() {
    open = false;
  }
}
