package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.standalone.StartException;
import io.fanfold.standalone.demo.ReceivedWebhook;
import io.fanfold.standalone.demo.WebhookReceiver;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "listen",
    mixinStandardHelpOptions = true,
    description =
        "Receive, verify and print the project's webhooks while developing: registers an endpoint"
            + " on this machine and removes it at the end.",
    footer = {"", "Runs until Ctrl-C, or until --count events have come."})
final class ListenCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Spec private CommandSpec spec;
  @Mixin private ServerOptions server;

  @Option(
      names = {"-e", "--events"},
      split = ",",
      paramLabel = "TYPE",
      description = "What to receive, comma-separated (default: every status change).")
  private List<String> events = List.of();

  @Option(names = "--full", description = "Events with the whole job.")
  private boolean full;

  @Option(
      names = "--forward",
      paramLabel = "URL",
      description = "Post what was verified on to here, and answer as it does.")
  private String forward;

  @Option(
      names = "--no-register",
      description = "Register nothing: print a URL and a secret to put into a job.")
  private boolean unregistered;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "0",
      description = "Port to receive on, 0 for a free one (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(names = "--count", paramLabel = "N", description = "End after so many events.")
  private Integer count;

  ListenCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    if (port < 0 || port > 65535 || count != null && count < 1) {
      throw new ParameterException(spec.commandLine(), "a port or a count is out of range");
    }
    var left = new CountDownLatch(count == null ? Integer.MAX_VALUE : count);
    var refused = new AtomicBoolean();
    WebhookForward forwarding = forward == null ? null : new WebhookForward(target());
    WebhookReceiver.Arrival arrival =
        (webhook, body, headers) -> {
          int status = answer(webhook, body, headers, forwarding);
          print(webhook, forwarding == null ? "" : "  -> " + status);
          if (!webhook.verified()) {
            refused.set(true);
          }
          left.countDown();
          return status;
        };
    try (WebhookReceiver receiver = receiver(arrival)) {
      if (unregistered) {
        receiver.verifyWith(receiver.secret());
        terminal.note("Put this into a job: \"webhook\": " + inline(receiver));
        left.await();
      } else {
        listen(receiver, left);
      }
    }
    return refused.get() ? ExitCode.FAILED : ExitCode.OK;
  }

  private void listen(WebhookReceiver receiver, CountDownLatch left) throws Exception {
    WebhooksClient client = server.webhooks(terminal);
    JsonNode endpoint = client.create(endpoint(receiver));
    String id = endpoint.path("id").asText();
    var removed = new AtomicBoolean();
    var hook = new Thread(() -> remove(client, id, removed), "listen-end");
    // Ctrl-C is how most of these end.
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      receiver.verifyWith(endpoint.path("secret").asText());
      terminal.note(
          "Listening at %s as endpoint %s; Ctrl-C ends it.".formatted(receiver.url(), id));
      left.await();
    } finally {
      remove(client, id, removed);
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The JVM is ending, and the hook has its part in it.
        removed.set(true);
      }
    }
  }

  private void remove(WebhooksClient client, String id, AtomicBoolean removed) {
    if (!removed.compareAndSet(false, true)) {
      return;
    }
    try {
      client.delete(id);
    } catch (UnreachableException | RefusedException e) {
      terminal.error("endpoint " + id + " could not be removed: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static int answer(
      ReceivedWebhook webhook,
      String body,
      Map<String, List<String>> headers,
      WebhookForward forwarding) {
    if (!webhook.verified()) {
      return 401;
    }
    return forwarding == null ? 204 : forwarding.post(body, headers);
  }

  private void print(ReceivedWebhook webhook, String forwarded) {
    if (server.json()) {
      ObjectNode json = new ObjectMapper().createObjectNode();
      json.put("id", webhook.id());
      json.put("verified", webhook.verified());
      json.put("problem", webhook.problem());
      json.set("body", webhook.body());
      terminal.json(json);
      return;
    }
    JsonNode data = webhook.body().path("data");
    JsonNode job = data.has("jobId") ? data.path("jobId") : data.path("id");
    terminal.line(
        "%-27s  %-16s%s  %s  %s%s"
            .formatted(
                webhook.body().path("timestamp").asText(),
                webhook.type(),
                job.isNumber() ? "  job " + job.asText() : "",
                webhook.verified() ? "verified" : "NOT VERIFIED: " + webhook.problem(),
                webhook.id(),
                forwarded));
  }

  private ObjectNode endpoint(WebhookReceiver receiver) {
    ObjectNode endpoint = new ObjectMapper().createObjectNode();
    endpoint.put("url", receiver.url());
    endpoint.put("description", "fanfold listen");
    var types = endpoint.putArray("events");
    events.forEach(types::add);
    if (full) {
      endpoint.put("payload", "FULL");
    }
    return endpoint;
  }

  private static ObjectNode inline(WebhookReceiver receiver) {
    return new ObjectMapper()
        .createObjectNode()
        .put("url", receiver.url())
        .put("secret", receiver.secret());
  }

  private WebhookReceiver receiver(WebhookReceiver.Arrival arrival) throws StartException {
    try {
      return WebhookReceiver.awaitingSecret(port, arrival);
    } catch (IOException e) {
      throw new StartException("cannot listen on port " + port + ": " + e.getMessage(), e);
    }
  }

  private URI target() {
    try {
      URI uri = URI.create(forward);
      if (uri.getHost() != null && List.of("http", "https").contains(uri.getScheme())) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--forward: not a URL: " + forward, e);
    }
    throw new ParameterException(spec.commandLine(), "--forward: not a URL: " + forward);
  }
}
