package io.fanfold.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fanfold.kit.Json;
import io.fanfold.schemas.Item;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FailedItemsFeedTest {

  private static final long JOB = 42;
  private static final int BATCH_SIZE = 10;
  private static final int PAGE = 3;

  private final AtomicReference<Throwable> broken = new AtomicReference<>();
  private final List<String> queries = new CopyOnWriteArrayList<>();
  private final List<ObjectNode> failed = new CopyOnWriteArrayList<>();
  private volatile int status = 200;
  private volatile int statusOnce;
  private volatile boolean behindOnce;
  private HttpServer server;
  private ReadAheadFeed feed;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.createContext("/v1/jobs/42/items", this::serve);
    server.createContext("/v1/jobs/42", this::serveJob);
    server.start();
    List<Duration> delays = List.of(Duration.ofMillis(1), Duration.ofMillis(1));
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    feed =
        new ReadAheadFeed(
            "failures", FailedItemsReader.source(List.of(url)), 1, delays, broken::set);
  }

  @AfterEach
  void stop() {
    feed.close();
    server.stop(0);
    assertThat(broken.get()).isNull();
  }

  @Test
  void each_page_holds_the_failed_items_of_one_batch() {
    fail(3, 4, 9, 10, 31, 32, 33, 34, 99);
    begin(FeedPosition.RETRY_START);

    assertThat(indexes(pages()))
        .isEqualTo(
            List.of(List.of(3L, 4L, 9L), List.of(10L), List.of(31L, 32L, 33L, 34L), List.of(99L)));
    assertThat(queries.get(0)).contains("outcome=failed").contains("full=true").contains("from=0");
  }

  @Test
  void the_whole_item_is_run_again() {
    fail(5);
    ((ObjectNode) failed.get(0).get("item"))
        .put("customId", "mine")
        .put("mediaType", "image/jpeg")
        .put("line", 6)
        .put("invalid", "no item");
    begin(FeedPosition.RETRY_START);

    Item item = pages().get(0).items().get(0);

    assertThat(item).isEqualTo(new Item("s3://b/5", "mine", "image/jpeg", 5L, 6L, "no item"));
  }

  @Test
  void it_goes_on_after_any_page() {
    fail(3, 4, 9, 10, 31, 32, 33, 34, 99);
    begin(FeedPosition.RETRY_START);
    List<FeedPage.Items> pages = pages();
    feed.stop(JOB);

    for (int i = 0; i < pages.size() - 1; i++) {
      begin(pages.get(i).next());
      assertThat(indexes(pages())).isEqualTo(indexes(pages.subList(i + 1, pages.size())));
      feed.stop(JOB);
    }
  }

  @Test
  void items_that_were_not_run_are_not_run_again() {
    fail(3, 4);
    failed.get(0).remove("item");
    begin(FeedPosition.RETRY_START);

    assertThat(indexes(pages())).isEqualTo(List.of(List.of(4L)));
  }

  @Test
  void a_job_without_failed_items_has_one_empty_page() {
    begin(FeedPosition.RETRY_START);

    assertThat(indexes(pages())).isEqualTo(List.of(List.of()));
  }

  @Test
  void lookups_that_are_away_for_a_moment_are_asked_again() {
    fail(3, 14);
    statusOnce = 503;
    begin(FeedPosition.RETRY_START);

    assertThat(indexes(pages())).isEqualTo(List.of(List.of(3L), List.of(14L)));
  }

  @Test
  void lookups_that_do_not_show_the_end_of_the_attempt_before_are_asked_again() {
    fail(3);
    behindOnce = true;
    begin(FeedPosition.RETRY_START);

    assertThat(indexes(pages())).isEqualTo(List.of(List.of(3L)));
    assertThat(queries).hasSize(1);
    assertThat(queries.get(0)).contains("attempt=1");
  }

  @Test
  void lookups_that_stay_away_fail_the_attempt() {
    status = 503;
    begin(FeedPosition.RETRY_START);
    await().until(() -> feed.isReady(JOB));

    FeedPage page = feed.poll(JOB);

    assertThat(((FeedPage.Failed) page).failure().getCode()).isEqualTo("FAILED_ITEMS_UNREADABLE");
    assertThat(queries).hasSize(3);
  }

  private void serveJob(HttpExchange exchange) throws IOException {
    String endedAt = behindOnce ? "null" : "\"2026-01-31T12:00:00Z\"";
    behindOnce = false;
    byte[] body = "{\"attempt\": 1, \"endedAt\": %s}".formatted(endedAt).getBytes(UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private void begin(FeedPosition from) {
    feed.start(new ItemFeed.Request(JOB, "team", null, null, BATCH_SIZE, 2), from);
  }

  private void fail(long... indexes) {
    for (long index : indexes) {
      ObjectNode entry = Json.MAPPER.createObjectNode().put("index", index);
      entry.putObject("item").put("index", index).put("uri", "s3://b/" + index);
      failed.add(entry);
    }
  }

  private List<FeedPage.Items> pages() {
    var pages = new ArrayList<FeedPage.Items>();
    do {
      await().pollInterval(Duration.ofMillis(1)).until(() -> feed.isReady(JOB));
      pages.add((FeedPage.Items) feed.poll(JOB));
    } while (!pages.get(pages.size() - 1).last());
    return pages;
  }

  private static List<List<Long>> indexes(List<FeedPage.Items> pages) {
    return pages.stream().map(page -> page.items().stream().map(Item::getIndex).toList()).toList();
  }

  /** As the lookups do it, in pages of three whose cursor is an index. */
  private void serve(HttpExchange exchange) throws IOException {
    String query = exchange.getRequestURI().getQuery();
    queries.add(query);
    int answer = statusOnce == 0 ? status : statusOnce;
    statusOnce = 0;
    if (!"team".equals(exchange.getRequestHeaders().getFirst("fanfold-project"))) {
      answer = 404;
    }
    Map<String, String> parameters =
        List.of(query.split("&")).stream()
            .map(pair -> pair.split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    long from = Long.parseLong(parameters.getOrDefault("cursor", parameters.get("from")));
    List<ObjectNode> rest =
        failed.stream().filter(entry -> entry.get("index").asLong() >= from).toList();
    ObjectNode body = Json.MAPPER.createObjectNode();
    var items = body.putArray("items");
    rest.stream().limit(PAGE).forEach(items::add);
    if (rest.size() > PAGE) {
      body.put("nextCursor", rest.get(PAGE).get("index").asText());
    } else {
      body.putNull("nextCursor");
    }
    byte[] bytes = Json.bytes(body);
    exchange.sendResponseHeaders(answer, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
