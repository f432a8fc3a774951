package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Endpoints, events and attempts as people read them. */
final class WebhookText {

  private WebhookText() {}

  static String row(JsonNode endpoint) {
    return "%-26s  %-20s  %s%s"
        .formatted(
            endpoint.path("id").asText(),
            state(endpoint),
            endpoint.path("url").asText(),
            endpoint.hasNonNull("description")
                ? "  " + endpoint.path("description").asText().replace('\n', ' ')
                : "");
  }

  static List<String> details(JsonNode endpoint) {
    var lines = new ArrayList<String>();
    lines.add("endpoint     " + endpoint.path("id").asText());
    lines.add("url          " + endpoint.path("url").asText());
    if (endpoint.hasNonNull("description")) {
      lines.add("description  " + endpoint.path("description").asText());
    }
    lines.add("state        " + state(endpoint));
    lines.add(
        "events       "
            + (endpoint.path("events").isEmpty()
                ? "every status change"
                : joined(endpoint.path("events"))));
    lines.add(
        "payload      "
            + endpoint.path("payload").asText()
            + (endpoint.path("ordered").asBoolean() ? ", ordered" : ""));
    if (!endpoint.path("headerNames").isEmpty()) {
      lines.add("headers      " + joined(endpoint.path("headerNames")));
    }
    for (JsonNode key : endpoint.path("keys")) {
      lines.add(
          "key          %s, %s%s%s"
              .formatted(
                  key.path("id").asText(),
                  key.path("signature").asText(),
                  key.hasNonNull("publicKey") ? ", " + key.path("publicKey").asText() : "",
                  key.hasNonNull("expiresAt")
                      ? ", signs until " + key.path("expiresAt").asText()
                      : ""));
    }
    lines.add("version      " + endpoint.path("version").asText());
    return lines;
  }

  static String attempt(JsonNode attempt) {
    var line =
        new StringBuilder(
            "%-27s  %-31s  %-13s  #%s  %-9s  %s"
                .formatted(
                    attempt.path("startedAt").asText(),
                    attempt.path("eventId").asText(),
                    attempt.path("eventType").asText(),
                    attempt.path("attempt").asText(),
                    attempt.path("outcome").asText(),
                    result(attempt)));
    if (attempt.hasNonNull("nextAttemptAt")) {
      line.append("  next ").append(attempt.path("nextAttemptAt").asText());
    }
    return line.toString();
  }

  static String delivery(JsonNode delivery) {
    return "%-26s  %-9s  %s attempts  %s%s"
        .formatted(
            delivery.path("target").asText(),
            delivery.path("state").asText(),
            delivery.path("attempts").asText(),
            delivery.path("url").asText(),
            delivery.hasNonNull("nextAttemptAt")
                ? "  next " + delivery.path("nextAttemptAt").asText()
                : "");
  }

  private static String result(JsonNode attempt) {
    String status =
        attempt.hasNonNull("responseStatus")
            ? attempt.path("responseStatus").asText()
            : attempt.path("error").asText("");
    return "%s  %.0f ms".formatted(status, attempt.path("durationMs").asDouble());
  }

  private static String state(JsonNode endpoint) {
    return endpoint.path("enabled").asBoolean()
        ? "enabled"
        : "disabled (" + endpoint.path("disabledReason").asText() + ")";
  }

  private static String joined(JsonNode texts) {
    var list = new ArrayList<String>();
    texts.forEach(text -> list.add(text.asText()));
    return String.join(", ", list);
  }
}
