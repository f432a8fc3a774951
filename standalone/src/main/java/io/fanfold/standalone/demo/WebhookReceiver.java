package io.fanfold.standalone.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import com.sun.net.httpserver.Headers;
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
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A receiver as a user would write one: on the loopback address, and every webhook is verified with
 * the Standard Webhooks project's own library before it counts.
 */
public final class WebhookReceiver implements AutoCloseable {
  private static final int SECRET_BYTES = 32;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final HttpServer server;
  private final String secret = newSecret();
  private final Webhook verifier;

  /** By id: a delivery may be repeated, and is the same webhook then. */
  private final Map<String, ReceivedWebhook> received = new LinkedHashMap<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();

  public WebhookReceiver() throws IOException {
    try {
      verifier = new Webhook(secret);
    } catch (EmptyWebhookSecretException e) {
      throw new IllegalStateException("a fresh secret is not empty", e);
    }
    server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.createContext("/webhooks", this::receive);
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + port() + "/webhooks";
  }

  public int port() {
    return server.getAddress().getPort();
  }

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
      String problem = problemWith(body, exchange.getRequestHeaders());
      String id = exchange.getRequestHeaders().getFirst("webhook-id");
      var webhook = new ReceivedWebhook(id == null ? "" : id, parse(body), problem);
      exchange.sendResponseHeaders(problem == null ? 204 : 401, -1);
      lock.lock();
      try {
        received.merge(webhook.id(), webhook, WebhookReceiver::worse);
        arrived.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private String problemWith(String body, Headers headers) {
    // The library looks names up in lower case, the HTTP server spells them its own way.
    var lowerCase = new LinkedHashMap<String, List<String>>();
    headers.forEach((name, values) -> lowerCase.put(name.toLowerCase(Locale.ROOT), values));
    try {
      verifier.verify(body, lowerCase);
      return null;
    } catch (WebhookVerificationException e) {
      return e.getMessage();
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
