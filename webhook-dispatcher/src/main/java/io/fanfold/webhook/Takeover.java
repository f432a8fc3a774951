package io.fanfold.webhook;

import java.util.UUID;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Tells when everything is read that the former owners of a partition wrote of it to {@code
 * webhook-attempts}. Until then nothing is handed out: what looks as if nobody had sent it may have
 * been delivered just before.
 *
 * <p>A mark is written behind their outcomes, a record without a value; once it is read, so are
 * they.
 */
final class Takeover {

  private static final String PREFIX = "takeover/";

  private final ProcessorContext<Object, byte[]> context;
  private final String mark = PREFIX + UUID.randomUUID();
  private boolean marked;
  private boolean over;

  /** Belongs to one life of a task. */
  Takeover(ProcessorContext<Object, byte[]> context) {
    this.context = context;
  }

  /** Whether a record of webhook-attempts is such a mark, whoever's. */
  static boolean isMark(String key, byte[] value) {
    return value == null && key != null && key.startsWith(PREFIX);
  }

  /** Writes the mark, once; a task cannot do so before it has something to process. */
  void begin() {
    if (!marked) {
      marked = true;
      context.forward(
          new Record<>(
              new AttemptKey(context.taskId().partition(), mark),
              null,
              context.currentSystemTimeMs()),
          DeliveryTopology.ATTEMPTS_SINK);
      context.commit();
    }
  }

  boolean isOver() {
    return over;
  }

  /** A mark was read; true when it is this one. */
  boolean read(String key) {
    boolean ours = mark.equals(key);
    over |= ours;
    return ours;
  }
}
