package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** What can be said of an endpoint when it is made and when it is changed. */
final class EndpointOptions {

  @Option(names = "--description", paramLabel = "TEXT", description = "For people.")
  private String description;

  @Option(
      names = {"-e", "--events"},
      split = ",",
      paramLabel = "TYPE",
      description = "What to post, comma-separated, as in job.completed (default: status changes).")
  private List<String> events;

  @Option(
      names = "--payload",
      paramLabel = "PAYLOAD",
      description = "How much of the job an event has: ${COMPLETION-CANDIDATES} (default: THIN).")
  private Payload payload;

  @Option(
      names = "--progress-steps",
      paramLabel = "N",
      description = "The most job.progress events of a job (default: 10).")
  private Integer progressSteps;

  @Option(
      names = "--ordered",
      negatable = true,
      description = "Whether an event of a job waits for the one before it.")
  private Boolean ordered;

  @Option(
      names = "--max-per-second",
      paramLabel = "N",
      description = "The most attempts a second from one dispatcher.")
  private Double maxPerSecond;

  @Option(names = "--timeout", paramLabel = "MS", description = "Time for a whole attempt, in ms.")
  private Integer timeoutMs;

  @Option(
      names = {"-H", "--header"},
      paramLabel = "NAME=VALUE",
      description = "A header for each request; may be repeated.")
  private Map<String, String> headers = Map.of();

  /** Adds what was given. */
  void addTo(ObjectNode endpoint) {
    if (description != null) {
      endpoint.put("description", description);
    }
    if (events != null) {
      var list = endpoint.putArray("events");
      events.stream().filter(type -> !type.isEmpty()).forEach(list::add);
    }
    if (payload != null) {
      endpoint.put("payload", payload.name());
    }
    if (progressSteps != null) {
      endpoint.put("progressSteps", progressSteps);
    }
    if (ordered != null) {
      endpoint.put("ordered", ordered);
    }
    if (maxPerSecond != null) {
      endpoint.put("maxPerSecond", maxPerSecond);
    }
    if (timeoutMs != null) {
      endpoint.put("timeoutMs", timeoutMs);
    }
    if (!headers.isEmpty()) {
      var object = endpoint.putObject("headers");
      headers.forEach(object::put);
    }
  }

  /** As the server calls them. */
  private enum Payload {
    THIN,
    FULL
  }
}
