package io.fanfold.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.standardwebhooks.Webhook;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import io.fanfold.kit.Telemetry;
import io.fanfold.kit.net.AddressGuard;
import io.fanfold.kit.net.GuardedHttp;
import io.fanfold.kit.net.UrlRules;
import io.fanfold.schemas.AttemptOutcome;
import io.fanfold.schemas.SignatureScheme;
import io.fanfold.schemas.WebhookAttempt;
import io.fanfold.schemas.WebhookEndpoint;
import io.fanfold.schemas.WebhookKey;
import io.fanfold.schemas.WebhookPayload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
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

  private static final SecretBox BOX =
      new SecretBox(List.of(Base64.getEncoder().encodeToString(new byte[32])), new SecureRandom());

  private record Received(Headers headers, String body) {}

  private final BlockingQueue<WebhookAttempt> written = new LinkedBlockingQueue<>();
  private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
  private final Map<String, Integer> partitions = new HashMap<>();
  private final Telemetry telemetry = new Telemetry();
  private final ExecutorService pool = Executors.newCachedThreadPool();
  private final ExecutorService serverPool = Executors.newCachedThreadPool();
  private JobBodies jobs = (delivery, path, deadline) -> fail("no job is needed");
  private GuardedHttp http;
  private HttpServer server;
  private WebhookSender sender;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.setExecutor(serverPool);
    server.start();
    var guard = AddressGuard.allowing(List.of("127.0.0.1", "::1"));
    http = new GuardedHttp(guard, 64, 64);
    var requests =
        new AttemptRequests(
            UrlRules.webhooks(true, List.of("*"), guard),
            new TargetSecrets(Map.of("shared", OTHER_SECRET), BOX),
            (delivery, path, deadline) -> jobs.read(delivery, path, deadline),
            Duration.ofMillis(500));
    sender =
        new WebhookSender(
            requests,
            RetrySchedule.DEFAULT,
            http,
            new Lanes(pool, 8, 256, 10_000),
            new Gates(3, 60_000),
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
    assertThat(sender.offer(new Sender.Attempt(delivery("evt_1", 2), BODY, null, 0)))
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
      // Another host: receivers at one host share its lane.
      offer(url("/good").replace("127.0.0.1", "localhost"), "evt_good" + i);
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

  @Test
  void a_receiver_that_keeps_failing_is_left_alone_and_its_attempts_are_not_used_up()
      throws Exception {
    answer("/hook", 500, Map.of(), "");
    answer("/good", 200, Map.of(), "");
    for (int i = 0; i < 3; i++) {
      send(url("/hook"), Jobs.SECRET, null, 1, 0);
    }

    var answer =
        sender.offer(
            new Sender.Attempt(
                delivery("evt_1", 2, url("/hook")),
                BODY,
                Jobs.target(url("/hook"), Jobs.SECRET, null),
                0));

    assertThat(answer).isInstanceOf(Sender.Answer.Later.class);
    assertThat(((Sender.Answer.Later) answer).afterMs()).isBetween(30_000L, 60_000L);
    assertThat(received).hasSize(3);
    offer(url("/good").replace("127.0.0.1", "localhost"), "evt_good");
    assertThat(written.take().getOutcome()).isEqualTo(AttemptOutcome.DELIVERED);
  }

  @Test
  void headers_of_ones_own_are_sent_and_cannot_take_the_place_of_ours() throws Exception {
    answer("/hook", 200, Map.of(), "");

    send(withHeaders(Map.of("Authorization", "Bearer t", "X-A", "1")));
    var sent = received.take().headers();
    assertThat(sent.getFirst("authorization")).isEqualTo("Bearer t");
    assertThat(sent.getFirst("x-a")).isEqualTo("1");
    assertThat(sent.get("content-type")).containsExactly("application/json");

    var refused = send(withHeaders(Map.of("Host", "evil", "X-A", "secret\r\nX-B: 1")));
    assertThat(refused.getOutcome()).isEqualTo(AttemptOutcome.GIVEN_UP);
    assertThat(refused.getError())
        .isEqualTo(
            "webhook.headers: Host cannot be set; X-A has a character other than printable ASCII,"
                + " or a space at an end");
    assertThat(received).isEmpty();
  }

  @Test
  void an_endpoints_keys_that_have_not_expired_all_sign_and_its_sealed_headers_are_sent()
      throws Exception {
    answer("/hook", 200, Map.of(), "");
    String old = "whsec_" + "C".repeat(32);
    var endpoint =
        endpoint(
            key("key_3", Jobs.SECRET, null),
            key("key_2", OTHER_SECRET, Instant.now().plusSeconds(3600)),
            key("key_1", old, Instant.now().minusSeconds(1)));
    endpoint.setHeaderNames(List.of("Authorization"));
    endpoint.setSealedHeaders(
        ByteBuffer.wrap(BOX.seal("{\"Authorization\":\"Bearer t\"}", "p/ep_1/headers")));

    var attempt = send(Target.of(endpoint));

    var sent = received.take();
    var headers = HttpHeaders.of(sent.headers(), (n, v) -> true);
    new Webhook(Jobs.SECRET).verify(BODY, headers);
    new Webhook(OTHER_SECRET).verify(BODY, headers);
    assertThat(sent.headers().getFirst("webhook-signature").split(" ")).hasSize(2);
    assertThat(sent.headers().getFirst("authorization")).isEqualTo("Bearer t");
    assertThat(attempt.toString()).doesNotContain("Bearer", "whsec_");
  }

  @Test
  void secrets_that_cannot_be_opened_here_are_a_failed_attempt_and_no_end() throws Exception {
    var other =
        new SecretBox(
            List.of(Base64.getEncoder().encodeToString("b".repeat(32).getBytes(UTF_8))),
            new SecureRandom());
    var key = key("key_1", Jobs.SECRET, null);
    key.setSealedSecret(ByteBuffer.wrap(other.seal(Jobs.SECRET, "p/ep_1/key_1")));

    var attempt = send(Target.of(endpoint(key)));

    assertThat(attempt.getOutcome()).isEqualTo(AttemptOutcome.RETRY);
    assertThat(attempt.getError()).contains("webhook.master.keys");
  }

  @Test
  void an_endpoint_that_is_disabled_is_sent_nothing() throws Exception {
    answer("/hook", 200, Map.of(), "");
    var endpoint = endpoint(key("key_1", Jobs.SECRET, null));
    endpoint.setEnabled(false);

    var attempt = send(Target.of(endpoint));

    assertThat(attempt.getOutcome()).isEqualTo(AttemptOutcome.GIVEN_UP);
    assertThat(attempt.getError()).isEqualTo("the endpoint is disabled");
    assertThat(received).isEmpty();
  }

  @Test
  void an_endpoints_own_timeout_holds_when_it_is_shorter() throws Exception {
    try (var silent = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
      var endpoint = endpoint(key("key_1", Jobs.SECRET, null));
      endpoint.setUrl("http://127.0.0.1:" + silent.getLocalPort() + "/");
      endpoint.setTimeoutMs(50);
      assertThat(send(Target.of(endpoint)).getError()).isEqualTo("not finished after 50 ms");

      endpoint.setTimeoutMs(60_000);
      assertThat(send(Target.of(endpoint)).getError()).isEqualTo("not finished after 500 ms");
    }
  }

  @Test
  void a_dialects_webhook_posts_the_job_as_the_dialect_shows_it() throws Exception {
    answer("/hook", 200, Map.of(), "");
    jobs = (delivery, path, deadline) -> (path + " of " + delivery.jobKey()).getBytes(UTF_8);
    var target = new Target(url("/hook"), "12345678", null, Map.of(), "deepva", "/x/7/", null);

    var attempt = send(target);

    assertThat(attempt.getOutcome()).isEqualTo(AttemptOutcome.DELIVERED);
    var sent = received.take();
    assertThat(sent.body())
        .isEqualTo(
            "{\"event\":\"on_completed\",\"timestamp\":1767225600.120,"
                + "\"data\":{\"job\":/x/7/ of 7}}");
    assertThat(sent.headers().getFirst("x-deepva-signature")).hasSize(128);
    long nonce = Long.parseLong(sent.headers().getFirst("x-deepva-nonce"));
    send(target);
    assertThat(Long.parseLong(received.take().headers().getFirst("x-deepva-nonce")))
        .isGreaterThan(nonce);
    assertThat(sent.headers().containsKey("webhook-signature")).isFalse();
  }

  @Test
  void a_job_that_cannot_be_read_is_a_failed_attempt_that_is_not_held_against_the_receiver()
      throws Exception {
    answer("/hook", 200, Map.of(), "");
    jobs =
        (delivery, path, deadline) -> {
          throw new UnreadyAttemptException("the job could not be read: HTTP 503");
        };
    var target = new Target(url("/hook"), null, null, Map.of(), "imageintelligence", "/x", null);
    for (int i = 0; i < 5; i++) {
      var attempt = send(target);
      assertThat(attempt.getOutcome()).isEqualTo(AttemptOutcome.RETRY);
      assertThat(attempt.getError()).isEqualTo("the job could not be read: HTTP 503");
    }

    jobs = (delivery, path, deadline) -> "{}".getBytes(UTF_8);

    assertThat(send(target).getOutcome()).isEqualTo(AttemptOutcome.DELIVERED);
  }

  @Test
  void a_format_nobody_knows_is_given_up() throws Exception {
    var attempt =
        send(new Target(url("/hook"), Jobs.SECRET, null, Map.of(), "Standard", null, null));

    assertThat(attempt.getOutcome()).isEqualTo(AttemptOutcome.GIVEN_UP);
    assertThat(attempt.getError()).isEqualTo("no webhook format Standard");
  }

  private Target withHeaders(Map<String, String> headers) {
    return new Target(url("/hook"), Jobs.SECRET, null, headers, "standard", null, null);
  }

  private WebhookEndpoint endpoint(WebhookKey... keys) {
    return WebhookEndpoint.newBuilder(Jobs.endpoint("ep_1"))
        .setUrl(url("/hook"))
        .setKeys(List.of(keys))
        .build();
  }

  private static WebhookKey key(String id, String secret, Instant expiresAt) {
    return WebhookKey.newBuilder()
        .setId(id)
        .setScheme(SignatureScheme.V1)
        .setSealedSecret(ByteBuffer.wrap(BOX.seal(secret, "p/ep_1/" + id)))
        .setCreatedAt(Instant.EPOCH)
        .setExpiresAt(expiresAt)
        .build();
  }

  private WebhookAttempt send(Target target) throws InterruptedException {
    var attempt = new Sender.Attempt(delivery("evt_1", 1, target.url()), BODY, target, 0);
    assertThat(sender.offer(attempt)).isEqualTo(Sender.Answer.ACCEPTED);
    return written.take();
  }

  private void offer(String url, String eventId) {
    var target = Jobs.target(url, Jobs.SECRET, null);
    assertThat(sender.offer(new Sender.Attempt(delivery(eventId, 1, url), BODY, target, 0)))
        .isEqualTo(Sender.Answer.ACCEPTED);
  }

  private WebhookAttempt send(
      String url, String secret, String secretRef, int attempt, int partition)
      throws InterruptedException {
    var target = Jobs.target(url, secret, secretRef);
    assertThat(
            sender.offer(
                new Sender.Attempt(delivery("evt_1", attempt, url), BODY, target, partition)))
        .isEqualTo(Sender.Answer.ACCEPTED);
    return written.take();
  }

  private static Delivery delivery(String eventId, int attempt) {
    return delivery(eventId, attempt, "https://example.com/");
  }

  private static Delivery delivery(String eventId, int attempt, String url) {
    return new Delivery(
        eventId,
        Receiver.INLINE,
        "7",
        "p",
        "job.completed",
        WebhookPayload.THIN,
        Instant.parse("2026-01-01T00:00:00.120Z").toEpochMilli(),
        "",
        false,
        false,
        Receiver.inline("p", url),
        DeliveryState.PENDING,
        0,
        attempt,
        Instant.EPOCH.toEpochMilli());
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
