package io.fanfold.standalone.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A receiver as a user would write one: on the loopback address, and every webhook is verified with
 * the Standard Webhooks project's own library before it counts.
 */
public final class WebhookReceiver implements AutoCloseable {
  private static final int SECRET_BYTES = 32;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** How long a request waits for the secret to be known. */
  private static final long SECRET_PATIENCE_MS = 10_000;

  /** What is to be done with a webhook that was verified, or not. */
  public interface Arrival {

    /**
     * Returns the status to answer with.
     *
     * @param body what was posted
     * @param headers their names in lower case
     */
    int answer(ReceivedWebhook webhook, String body, Map<String, List<String>> headers);
  }

  private final HttpServer server;
  private final Arrival arrival;
  private final String secret;
  private final CompletableFuture<Webhook> verifier = new CompletableFuture<>();

  /** By id: a delivery may be repeated, and is the same webhook then. */
  private final Map<String, ReceivedWebhook> received = new LinkedHashMap<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();

  /** With a secret of its own, on a free port. */
  public WebhookReceiver() throws IOException {
    this(0, newSecret(), (webhook, body, headers) -> webhook.verified() ? 204 : 401);
    verifyWith(secret);
  }

  private WebhookReceiver(int port, String secret, Arrival arrival) throws IOException {
    this.secret = secret;
    this.arrival = arrival;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 0);
    server.createContext("/webhooks", this::receive);
    server.start();
  }

  /**
   * One whose secret is not known yet: what comes waits until it is told.
   *
   * @param port 0 for a free one
   */
  public static WebhookReceiver awaitingSecret(int port, Arrival arrival) throws IOException {
    return new WebhookReceiver(port, newSecret(), arrival);
  }

  /** Tells what requests are signed with. */
  public void verifyWith(String signingSecret) {
    try {
      verifier.complete(new Webhook(signingSecret));
    } catch (EmptyWebhookSecretException e) {
      throw new IllegalArgumentException("a secret is not empty", e);
    }
  }

  public String url() {
    return "http://127.0.0.1:" + port() + "/webhooks";
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** A fresh one, for those who are to be told it. */
  public String secret() {
    return secret;
  }

  /** What has arrived so far, in order. */
  public List<ReceivedWebhook> received() {
    lock.lock();
    try {
      return new ArrayList<>(received.values());
    } finally {
      lock.unlock();
    }
  }

  /** Whether the webhook that says the job is over has arrived, waiting at most so long. */
  public boolean awaitLast(Duration timeout) throws InterruptedException {
    long left = timeout.toNanos();
    lock.lock();
    try {
      while (received.values().stream().noneMatch(ReceivedWebhook::isLast)) {
        if (left <= 0) {
          return false;
        }
        left = arrived.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      var headers = new LinkedHashMap<String, List<String>>();
      // The library looks names up in lower case, the HTTP server spells them its own way.
      exchange
          .getRequestHeaders()
          .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
      String problem = problemWith(body, headers);
      String id = exchange.getRequestHeaders().getFirst("webhook-id");
      var webhook = new ReceivedWebhook(id == null ? "" : id, parse(body), problem);
      exchange.sendResponseHeaders(arrival.answer(webhook, body, headers), -1);
      lock.lock();
      try {
        received.merge(webhook.id(), webhook, WebhookReceiver::worse);
        arrived.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private String problemWith(String body, Map<String, List<String>> headers) throws IOException {
    try {
      verifier.get(SECRET_PATIENCE_MS, TimeUnit.MILLISECONDS).verify(body, headers);
      return null;
    } catch (WebhookVerificationException e) {
      return e.getMessage();
    } catch (TimeoutException | ExecutionException e) {
      return "the secret is not known yet";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("closing", e);
    }
  }

  /** A repeat does not make good for a delivery that could not be verified. */
  private static ReceivedWebhook worse(ReceivedWebhook first, ReceivedWebhook repeat) {
    return first.verified() ? repeat : first;
  }

  private static JsonNode parse(String body) {
    try {
      return MAPPER.readTree(body);
    } catch (JsonProcessingException e) {
      return MAPPER.createObjectNode();
    }
  }

  private static String newSecret() {
    byte[] bytes = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(bytes);
    return "whsec_" + Base64.getEncoder().encodeToString(bytes);
  }
}
