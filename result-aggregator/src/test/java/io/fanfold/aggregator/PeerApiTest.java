package io.fanfold.aggregator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fanfold.kit.HttpApi;
import io.fanfold.kit.JobStates;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.JobState;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PeerApiTest {

  @TempDir Path directory;

  private final Telemetry telemetry = new Telemetry();
  private final ExecutorService executor = Executors.newSingleThreadExecutor();
  private final JobChanges changes = new JobChanges(10, executor);
  private final HttpClient client = HttpClient.newHttpClient();
  private Views views;
  private HttpApi http;
  private URI base;

  @BeforeEach
  void start() {
    views = new Views(directory, 1, changes::changed);
    var wait =
        new JobWait(
            views.lookups(),
            changes,
            (job, after, slice) -> Optional.empty(),
            executor,
            Clock.systemUTC());
    JobViews.Locator here =
        (store, partition) -> {
          if (partition > 0) {
            throw ViewLocator.elsewhere(store, partition);
          }
          return views.at(partition);
        };
    JobViews.Locator standby = (store, partition) -> views.at(0);
    var api = new PeerApi(here, standby, wait, Clock.systemUTC());
    http =
        new HttpApi(
            "peer",
            "127.0.0.1",
            0,
            100_000,
            telemetry,
            List.of(),
            javalin -> api.routes(javalin.routes));
    http.start();
    base = URI.create("http://127.0.0.1:" + http.port());
    for (long id = 1; id <= 5; id++) {
      views.state(JobStates.queued(Samples.job(id, 3, 2)));
      views.chunk(Samples.chunk(id, 0, 1, Samples.item(0, null)), 0);
      views.chunk(Samples.chunk(id, 0, 1, Samples.item(1, null)), 1);
    }
  }

  @AfterEach
  void stop() {
    http.close();
    executor.shutdownNow();
    views.close();
    telemetry.close();
  }

  @Test
  void rows_asked_for_over_http_are_the_rows_that_are_there() {
    PartitionStore remote = new RemoteStore(client, base, 0, false);
    PartitionStore local = views.at(0);

    assertThat(remote.get(ViewStore.JOBS, List.of("3", "none", "5")))
        .usingRecursiveComparison()
        .isEqualTo(local.get(ViewStore.JOBS, List.of("3", "none", "5")));
    for (int limit : new int[] {0, 2, 100}) {
      assertThat(remote.range(ViewStore.JOB_INDEX, "r/", "r/~", limit))
          .usingRecursiveComparison()
          .isEqualTo(local.range(ViewStore.JOB_INDEX, "r/", "r/~", limit));
    }
    assertThat(remote.scan(ViewStore.ITEMS, List.of("1/0/", "9/0/", "2/0/")))
        .usingRecursiveComparison()
        .isEqualTo(local.scan(ViewStore.ITEMS, List.of("1/0/", "9/0/", "2/0/")));
  }

  @Test
  void a_partition_that_is_elsewhere_is_refused_unless_a_copy_will_do() {
    assertThatThrownBy(
            () -> new RemoteStore(client, base, 1, false).get(ViewStore.JOBS, List.of("3")))
        .isInstanceOf(RemoteStore.UnreachableException.class)
        .hasMessageContaining("503");
    assertThat(new RemoteStore(client, base, 1, true).get(ViewStore.JOBS, List.of("3")))
        .doesNotContainNull();
  }

  @Test
  void an_instance_that_is_gone_is_known_by_its_silence() {
    http.close();

    assertThatThrownBy(
            () -> new RemoteStore(client, base, 0, false).get(ViewStore.JOBS, List.of("3")))
        .isInstanceOf(RemoteStore.UnreachableException.class);
  }

  @Test
  void who_waits_from_elsewhere_is_told_of_a_change_and_of_one_that_was() throws Exception {
    CompletableFuture<HttpResponse<Void>> waiting =
        client.sendAsync(change(0, 10_000), BodyHandlers.discarding());
    assertThat(waiting).isNotDone();
    views.state(JobState.newBuilder(JobStates.queued(Samples.job(1, 3, 2))).setSequence(1).build());

    assertThat(waiting.get(8, TimeUnit.SECONDS).statusCode()).isEqualTo(204);
    assertThat(client.send(change(0, 10_000), BodyHandlers.discarding()).statusCode())
        .isEqualTo(204);
    assertThat(client.send(change(1, 0), BodyHandlers.discarding()).statusCode()).isEqualTo(204);
  }

  @Test
  void what_is_no_call_is_a_problem() throws Exception {
    for (String path : List.of("JOBS/0/drop", "NONE/0/get", "JOBS/x/get", "JOBS/0/get")) {
      var request =
          HttpRequest.newBuilder(base.resolve("/internal/views/" + path))
              .POST(HttpRequest.BodyPublishers.ofString("x"))
              .build();
      assertThat(client.send(request, BodyHandlers.discarding()).statusCode())
          .as(path)
          .isIn(400, 404);
    }
  }

  private HttpRequest change(long after, int timeoutMs) {
    return HttpRequest.newBuilder(
            base.resolve("/internal/changes/1?after=%d&timeoutMs=%d".formatted(after, timeoutMs)))
        .build();
  }
}
