package io.fanfold.ingest;

import io.fanfold.schemas.JobFailure;
import io.fanfold.schemas.Split;
import io.fanfold.schemas.Stop;
import io.fanfold.schemas.StopReason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.TreeSet;

/** One attempt of a job that is under way: what was handed out, and where to go on. */
final class ActiveSplit {

  /** Where the next batch comes from. */
  enum Source {
    /** The splitter's own store: the job came with its items. */
    SUBMISSION,
    MANIFEST,
    /** The failed items of the attempts before. */
    RETRY
  }

  final long jobId;
  final String project;
  final int priority;
  final int batchSize;
  final int attempt;
  final Source source;

  /** Items that came with the job; 0 with any other source. */
  final long inlineItems;

  /** Items and batches handed out in this attempt. */
  long items;

  int batches;

  /** Whether no more will be handed out. */
  boolean complete;

  /** Whether there was more to hand out when it was stopped, of which nobody will know. */
  boolean cut;

  FeedPosition position;
  long invalidLines;
  Long bytesTotal;
  Stop stop;
  JobFailure failure;

  /** Batches handed out whose last result is not here. */
  final TreeSet<Integer> inFlight = new TreeSet<>();

  /** Whether {@link #toRecord} would say something that was not written yet; not in the row. */
  boolean hasNews;

  /** The next batches, as long as they need not wait in the store; not in the row. */
  final Deque<byte[]> fresh = new ArrayDeque<>();

  ActiveSplit(
      long jobId,
      String project,
      int priority,
      int batchSize,
      int attempt,
      Source source,
      long inlineItems,
      FeedPosition position) {
    this.jobId = jobId;
    this.project = project;
    this.priority = priority;
    this.batchSize = batchSize;
    this.attempt = attempt;
    this.source = source;
    this.inlineItems = inlineItems;
    this.position = position;
  }

  boolean isEnded() {
    return complete && inFlight.isEmpty();
  }

  /** Whether what was handed out is told by splits, since the job's header cannot say. */
  boolean isAnnounced() {
    return source != Source.SUBMISSION || stop != null || failure != null;
  }

  /** How far it is, as a record. */
  Split toRecord(Instant now) {
    return Split.newBuilder()
        .setJobId(jobId)
        .setProject(project)
        .setAttempt(attempt)
        .setItems(items)
        .setBatches(batches)
        .setComplete(complete)
        .setCut(cut)
        .setBytesRead(source == Source.MANIFEST ? position.next() : 0)
        .setBytesTotal(bytesTotal)
        .setInvalidLines(invalidLines)
        .setStop(stop)
        .setFailure(failure)
        .setUpdatedAt(now)
        .build();
  }

  byte[] encode() {
    var bytes = new ByteArrayOutputStream(128 + 4 * inFlight.size());
    try (var out = new DataOutputStream(bytes)) {
      out.writeLong(jobId);
      out.writeUTF(project);
      out.writeInt(priority);
      out.writeInt(batchSize);
      out.writeInt(attempt);
      out.writeByte(source.ordinal());
      out.writeLong(inlineItems);
      out.writeLong(position.next());
      out.writeLong(position.line());
      text(out, position.version());
      out.writeLong(items);
      out.writeInt(batches);
      out.writeBoolean(complete);
      out.writeBoolean(cut);
      out.writeLong(invalidLines);
      out.writeLong(bytesTotal == null ? -1 : bytesTotal);
      out.writeByte(stop == null ? -1 : stop.getReason().ordinal());
      out.writeLong(stop == null ? 0 : stop.getAt().toEpochMilli());
      text(out, failure == null ? null : failure.getCode());
      text(out, failure == null ? null : failure.getMessage());
      out.writeInt(inFlight.size());
      for (int batch : inFlight) {
        out.writeInt(batch);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static ActiveSplit decode(byte[] row) {
    try (var in = new DataInputStream(new ByteArrayInputStream(row))) {
      var split =
          new ActiveSplit(
              in.readLong(),
              in.readUTF(),
              in.readInt(),
              in.readInt(),
              in.readInt(),
              Source.values()[in.readByte()],
              in.readLong(),
              new FeedPosition(in.readLong(), in.readLong(), text(in)));
      split.items = in.readLong();
      split.batches = in.readInt();
      split.complete = in.readBoolean();
      split.cut = in.readBoolean();
      split.invalidLines = in.readLong();
      long bytesTotal = in.readLong();
      split.bytesTotal = bytesTotal < 0 ? null : bytesTotal;
      int reason = in.readByte();
      Instant at = Instant.ofEpochMilli(in.readLong());
      split.stop = reason < 0 ? null : new Stop(StopReason.values()[reason], at);
      String code = text(in);
      String message = text(in);
      split.failure = code == null ? null : new JobFailure(code, message);
      for (int left = in.readInt(); left > 0; left--) {
        split.inFlight.add(in.readInt());
      }
      return split;
    } catch (IOException e) {
      throw new UncheckedIOException("a row of active-splits is damaged", e);
    }
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    out.writeBoolean(text != null);
    if (text != null) {
      out.writeUTF(text);
    }
  }

  private static String text(DataInputStream in) throws IOException {
    return in.readBoolean() ? in.readUTF() : null;
  }
}
