package io.fanfold.aggregator;

import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Problem;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What other instances ask of the views that are here: the calls of {@link PartitionStore}. */
final class PeerApi {

  private static final int MAX_WAIT_MS = 10_000;
  private static final int MAX_PARTITIONS = 10_000;

  private final JobViews.Locator here;
  private final JobViews.Locator standby;
  private final JobWait wait;
  private final Clock clock;

  /**
   * @param here the views that are here, and nobody else's
   * @param standby also those that are kept for when their owner is gone
   * @param wait for jobs that are here
   */
  PeerApi(JobViews.Locator here, JobViews.Locator standby, JobWait wait, Clock clock) {
    this.here = here;
    this.standby = standby;
    this.wait = wait;
    this.clock = clock;
  }

  void routes(RoutesConfig routes) {
    routes.post("/internal/views/{store}/{partition}/{call}", this::views);
    routes.get("/internal/changes/{id}", this::change);
  }

  private void views(Context context) {
    ViewStore store =
        Arrays.stream(ViewStore.values())
            .filter(known -> known.name().equals(context.pathParam("store")))
            .findFirst()
            .orElseThrow(() -> Problem.notFound("There is no such store").exception());
    int partition = number(context.pathParam("partition"), "partition");
    var locator = Params.flag(context, "stale") ? standby : here;
    byte[] answer;
    try {
      answer =
          answer(
              locator.at(store, partition),
              store,
              context.pathParam("call"),
              PeerWire.reader(context.bodyAsBytes()));
    } catch (IOException e) {
      throw Params.invalid("", "the body is not what this call takes");
    }
    context.contentType("application/octet-stream").result(answer);
  }

  private static byte[] answer(
      PartitionStore rows, ViewStore store, String call, DataInputStream in) throws IOException {
    switch (call) {
      case "get" -> {
        List<byte[]> values = rows.get(store, PeerWire.keys(in));
        return PeerWire.bytes(out -> PeerWire.values(out, values));
      }
      case "range" -> {
        List<PartitionStore.Row> found =
            rows.range(store, in.readUTF(), in.readUTF(), in.readInt());
        return PeerWire.bytes(out -> PeerWire.rows(out, found));
      }
      case "scan" -> {
        List<List<PartitionStore.Row>> found = rows.scan(store, PeerWire.keys(in));
        return PeerWire.bytes(
            out -> {
              for (List<PartitionStore.Row> under : found) {
                PeerWire.rows(out, under);
              }
            });
      }
      default -> throw Problem.notFound("There is no such call").exception();
    }
  }

  /** Answers when a job's sequence is past the given one, or after the given time. */
  private void change(Context context) {
    long id = Params.index(context.pathParam("id"), "id");
    long after = Params.index(context, "after", 0);
    int timeout = HttpApi.intParam(context, "timeoutMs", 0, 0, MAX_WAIT_MS);
    context.future(
        () ->
            wait.until(
                    id,
                    job -> job.getSequence() > after,
                    clock.instant().plus(Duration.ofMillis(timeout)))
                .thenAccept(job -> context.status(204)));
  }

  private static int number(String text, String name) {
    return Optional.of(Params.index(text, name))
        .filter(number -> number < MAX_PARTITIONS)
        .orElseThrow(() -> Params.invalid(name, "must be a partition's number"))
        .intValue();
  }
}
