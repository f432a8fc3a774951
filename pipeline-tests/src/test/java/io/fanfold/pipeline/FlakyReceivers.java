package io.fanfold.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Several receivers in one server, a path each. They take their time and refuse a third of what
 * comes. A seed decides what a request meets, by its event id and how often that came before,
 * whatever order requests come in.
 */
final class FlakyReceivers implements AutoCloseable {

  static final String SECRET = "whsec_" + "A".repeat(32);

  private static final int MOST_DELAY_MS = 30;
  private static final List<Integer> REFUSALS = List.of(500, 503, 404, 302, 0);

  private final long seed;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Webhook library;
  private final List<DeliveryAudit.Received> requests = new CopyOnWriteArrayList<>();
  private final Map<String, Integer> times = new ConcurrentHashMap<>();
  private final Map<String, Boolean> taken = new ConcurrentHashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger mostOpen = new AtomicInteger();

  FlakyReceivers(long seed) throws IOException, EmptyWebhookSecretException {
    this.seed = seed;
    this.library = new Webhook(SECRET);
    this.server =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), /* backlog= */ 0);
    server.createContext("/", this::receive);
    server.setExecutor(threads);
    server.start();
  }

  String url(int receiver) {
    return "http://127.0.0.1:%d/%d".formatted(server.getAddress().getPort(), receiver);
  }

  List<DeliveryAudit.Received> requests() {
    return List.copyOf(requests);
  }

  /** How many events were answered 2xx. */
  int taken() {
    return taken.size();
  }

  /** The most requests that were open at a time. */
  int mostOpen() {
    return mostOpen.get();
  }

  private void receive(HttpExchange exchange) throws IOException {
    mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      String id = exchange.getRequestHeaders().getFirst("webhook-id");
      var chance = new Random(seed ^ (31L * id.hashCode() + times.merge(id, 1, Integer::sum)));
      // The first numbers of seeds that are close to each other are, too.
      chance.nextInt();
      int status = chance.nextInt(3) == 0 ? REFUSALS.get(chance.nextInt(REFUSALS.size())) : 204;
      // A receiver's work, unless it is closed meanwhile.
      if (closed.await(chance.nextInt(MOST_DELAY_MS), TimeUnit.MILLISECONDS)) {
        return;
      }
      requests.add(
          new DeliveryAudit.Received(
              id, body, accepts(body, exchange.getRequestHeaders()), status == 204));
      if (status == 204) {
        taken.put(id, true);
      }
      if (status != 0) {
        exchange.getResponseHeaders().set("Location", url(0));
        exchange.sendResponseHeaders(status, -1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.decrementAndGet();
    }
  }

  private boolean accepts(String body, Headers headers) {
    try {
      library.verify(body, HttpHeaders.of(headers, (name, value) -> true));
      return true;
    } catch (WebhookVerificationException e) {
      return false;
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
