package io.fanfold.standalone.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/**
 * A webhook as it arrived.
 *
 * @param id its {@code webhook-id}
 * @param body what was posted, an empty object if it was no JSON
 * @param problem why it could not be verified, or null if it was
 */
public record ReceivedWebhook(String id, JsonNode body, String problem) {
  private static final Set<String> LAST =
      Set.of("job.completed", "job.failed", "job.canceled", "job.expired");

  public boolean verified() {
    return problem == null;
  }

  /** As in {@code job.completed}. */
  public String type() {
    return body.path("type").asText("?");
  }

  /** Whether nothing comes after it. */
  public boolean isLast() {
    return LAST.contains(type());
  }
}
