package io.fanfold.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.standardwebhooks.Webhook;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import io.fanfold.kit.Telemetry;
import io.fanfold.kit.net.AddressGuard;
import io.fanfold.kit.net.GuardedHttp;
import io.fanfold.kit.net.UrlRules;
import io.fanfold.schemas.AttemptOutcome;
import io.fanfold.schemas.WebhookAttempt;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebhookSenderTest {

  private static final String BODY = "{\"type\":\"job.completed\",\"ä\":1}";
  private static final String OTHER_SECRET = "whsec_" + "B".repeat(32);

  private record Received(Headers headers, String body) {}

  private final BlockingQueue<WebhookAttempt> written = new LinkedBlockingQueue<>();
  private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
  private final Map<String, Integer> partitions = new HashMap<>();
  private final Telemetry telemetry = new Telemetry();
  private final ExecutorService pool = Executors.newCachedThreadPool();
  private final ExecutorService serverPool = Executors.newCachedThreadPool();
  private GuardedHttp http;
  private HttpServer server;
  private WebhookSender sender;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.setExecutor(serverPool);
    server.start();
    var guard = AddressGuard.allowing(List.of("127.0.0.1"));
    http = new GuardedHttp(guard, 64, 64);
    var settings =
        new WebhookSender.Settings(
            UrlRules.webhooks(true, List.of("*"), guard),
            Map.of("shared", OTHER_SECRET),
            RetrySchedule.DEFAULT,
            Duration.ofMillis(500));
    sender =
        new WebhookSender(
            settings,
            http,
            new Lanes(pool, 8, 256, 10_000),
            (attempt, partition) -> {
              synchronized (partitions) {
                partitions.put(attempt.getEventId(), partition);
              }
              written.add(attempt);
            },
            telemetry,
            Clock.systemUTC(),
            new Random(1));
  }

  @AfterEach
  void stop() throws IOException {
    server.stop(0);
    pool.shutdownNow();
    serverPool.shutdownNow();
    http.close();
    telemetry.close();
  }

  @Test
  void an_event_arrives_signed_and_its_delivery_is_recorded_where_the_owner_reads()
      throws Exception {
    answer("/hook", 200, Map.of(), "thanks");

    var attempt = send(url("/hook?token=t"), Jobs.SECRET, null, 1, 5);

    var request = received.take();
    assertThat(request.body()).isEqualTo(BODY);
    assertThat(request.headers().getFirst("content-type")).isEqualTo("application/json");
    assertThat(request.headers().getFirst("user-agent")).startsWith("Fanfold/");
    assertThat(request.headers().getFirst("webhook-id")).isEqualTo("evt_1");
    new Webhook(Jobs.SECRET).verify(BODY, HttpHeaders.of(request.headers(), (n, v) -> true));
    assertThat(attempt.getOutcome()).isEqualTo(AttemptOutcome.DELIVERED);
    assertThat(attempt.getResponseStatus()).isEqualTo(200);
    assertThat(attempt.getResponseHead()).isEqualTo("thanks");
    assertThat(attempt.getUrl()).isEqualTo(url("/hook"));
    assertThat(attempt.getJobId()).isEqualTo(7);
    assertThat(attempt.getNextAttemptAt()).isNull();
    assertThat(attempt.getError()).isNull();
    assertThat(attempt.toString()).doesNotContain(Jobs.SECRET, "token");
    assertThat(partitions).containsEntry("evt_1", 5);
  }

  @ParameterizedTest
  @CsvSource({
    "204, DELIVERED",
    "301, RETRY",
    "302, RETRY",
    "400, RETRY",
    "404, RETRY",
    "410, GIVEN_UP",
    "429, RETRY",
    "500, RETRY",
    "503, RETRY"
  })
  void only_a_2xx_is_a_delivery(int status, AttemptOutcome outcome) throws Exception {
    answer("/hook", status, Map.of("Location", url("/elsewhere")), "");
    answer("/elsewhere", 200, Map.of(), "");

    var attempt = send(url("/hook"), Jobs.SECRET, null, 1, 0);

    assertThat(attempt.getOutcome()).isEqualTo(outcome);
    assertThat(attempt.getResponseStatus()).isEqualTo(status);
    assertThat(attempt.getNextAttemptAt() != null).isEqualTo(outcome == AttemptOutcome.RETRY);
    assertThat(received).as("nothing was followed").hasSize(1);
  }

  @Test
  void the_last_attempt_ends_the_delivery() throws Exception {
    answer("/hook", 500, Map.of(), "");

    assertThat(send(url("/hook"), Jobs.SECRET, null, 10, 0).getOutcome())
        .isEqualTo(AttemptOutcome.GIVEN_UP);
  }

  @Test
  void a_receiver_may_ask_for_time() throws Exception {
    answer("/hook", 503, Map.of("Retry-After", "9"), "");

    var attempt = send(url("/hook"), Jobs.SECRET, null, 1, 0);

    assertThat(Duration.between(attempt.getStartedAt(), attempt.getNextAttemptAt()))
        .isBetween(Duration.ofSeconds(9), Duration.ofSeconds(11));
  }

  @Test
  void a_receiver_that_stalls_is_cut_off_and_left_alone_for_a_minute() throws Exception {
    try (var silent = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
      var attempt =
          send("http://127.0.0.1:" + silent.getLocalPort() + "/", Jobs.SECRET, null, 1, 0);

      assertThat(attempt.getOutcome()).isEqualTo(AttemptOutcome.RETRY);
      assertThat(attempt.getResponseStatus()).isNull();
      assertThat(attempt.getError()).isEqualTo("not finished after 500 ms");
      assertThat(attempt.getDurationMs()).isBetween(490f, 1500f);
      assertThat(attempt.getNextAttemptAt()).isAfter(attempt.getStartedAt().plusSeconds(60));
    }
  }

  @Test
  void only_the_head_of_an_answer_is_kept() throws Exception {
    answer("/hook", 500, Map.of(), "a".repeat(100_000));

    assertThat(send(url("/hook"), Jobs.SECRET, null, 1, 0).getResponseHead())
        .isEqualTo("a".repeat(1024));
  }

  @Test
  void a_secret_may_be_named() throws Exception {
    answer("/hook", 200, Map.of(), "");

    send(url("/hook"), null, "shared", 1, 0);

    new Webhook(OTHER_SECRET)
        .verify(BODY, HttpHeaders.of(received.take().headers(), (n, v) -> true));
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1/hook, , unknown, no secret named unknown is configured (webhook.secrets)",
    "http://127.0.0.1/hook, weak, , a signing secret must be whsec_ and the base64 of 24 to 64 bytes",
    "ftp://127.0.0.1/hook, weak, , webhook.url: must start with http:// or https://",
    "http://u:p@127.0.0.1/hook, weak, , webhook.url: must not contain a user name or password"
  })
  void what_cannot_ever_be_sent_is_given_up_with_a_reason(
      String url, String secret, String secretRef, String reason) throws Exception {
    var attempt = send(url, secret, secretRef, 1, 0);

    assertThat(attempt.getOutcome()).isEqualTo(AttemptOutcome.GIVEN_UP);
    assertThat(attempt.getError()).isEqualTo(reason);
  }

  @Test
  void an_event_of_a_deleted_job_is_given_up() throws Exception {
    assertThat(sender.offer(new Sender.Attempt(delivery("evt_1", 2), null, 0)))
        .isEqualTo(Sender.Answer.ACCEPTED);

    var attempt = written.take();
    assertThat(attempt.getOutcome()).isEqualTo(AttemptOutcome.GIVEN_UP);
    assertThat(attempt.getError()).isEqualTo("the job and its webhook are gone");
  }

  @Test
  void a_refused_address_is_never_connected_to() throws Exception {
    var attempt =
        send("http://127.0.0.2:" + server.getAddress().getPort() + "/", Jobs.SECRET, null, 1, 0);

    assertThat(attempt.getOutcome()).isEqualTo(AttemptOutcome.RETRY);
    assertThat(attempt.getError()).isEqualTo("127.0.0.2 is not at a public address");
    assertThat(received).isEmpty();
  }

  @Test
  void a_black_hole_holds_up_only_its_own_deliveries() throws Exception {
    var release = new CountDownLatch(1);
    server.createContext(
        "/hole",
        exchange -> {
          try {
            release.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.close();
        });
    answer("/good", 200, Map.of(), "");
    for (int i = 0; i < 100; i++) {
      offer(url("/hole"), "evt_hole" + i);
    }
    for (int i = 0; i < 100; i++) {
      offer(url("/good"), "evt_good" + i);
    }

    var ended = new ArrayList<WebhookAttempt>();
    while (ended.stream().filter(a -> a.getEventId().startsWith("evt_good")).count() < 100) {
      var next = written.poll(10, TimeUnit.SECONDS);
      assertThat(next).as("after %d", ended.size()).isNotNull();
      ended.add(next);
    }

    assertThat(ended.stream().filter(a -> a.getEventId().startsWith("evt_hole")).count())
        .isLessThan(100);
    release.countDown();
  }

  private void offer(String url, String eventId) {
    var target = new Target(url, Jobs.SECRET, null);
    assertThat(sender.offer(new Sender.Attempt(delivery(eventId, 1), target, 0)))
        .isEqualTo(Sender.Answer.ACCEPTED);
  }

  private WebhookAttempt send(
      String url, String secret, String secretRef, int attempt, int partition)
      throws InterruptedException {
    var target = new Target(url, secret, secretRef);
    assertThat(sender.offer(new Sender.Attempt(delivery("evt_1", attempt), target, partition)))
        .isEqualTo(Sender.Answer.ACCEPTED);
    return written.take();
  }

  private static Delivery delivery(String eventId, int attempt) {
    return new Delivery(
        eventId, "7", "p", "job.completed", BODY, attempt, Instant.EPOCH.toEpochMilli());
  }

  private void answer(String path, int status, Map<String, String> headers, String body) {
    server.createContext(
        path,
        exchange -> {
          String request = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          received.add(new Received(exchange.getRequestHeaders(), request));
          headers.forEach(exchange.getResponseHeaders()::set);
          byte[] bytes = body.getBytes(UTF_8);
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }
}
