package io.fanfold.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.kit.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What must hold of what receivers got, however a run went: told as a list of what does not. Pure,
 * so that {@link DeliveryAuditTest} can show it finds each kind of damage.
 */
final class DeliveryAudit {

  private DeliveryAudit() {}

  /** A status change that was to be delivered. */
  record Event(long job, String status, long sequence) {}

  /**
   * A request as it came.
   *
   * @param id its webhook-id
   * @param verified the receiver's library accepted its signature
   * @param answered the receiver answered 2xx
   */
  record Received(String id, String body, boolean verified, boolean answered) {}

  /**
   * @param events by event id
   * @param mostTwice how often an event may have been answered 2xx once more
   */
  static List<String> violations(
      Map<String, Event> events, List<Received> requests, long mostTwice) {
    var found = new ArrayList<String>();
    var answers = new HashMap<String, Integer>();
    var bodies = new HashMap<String, String>();
    for (Received request : requests) {
      Event event = events.get(request.id());
      if (event == null) {
        found.add("%s is the id of no event".formatted(request.id()));
        continue;
      }
      if (!request.verified()) {
        found.add("%s came with a signature that was refused".formatted(request.id()));
      }
      String first = bodies.putIfAbsent(request.id(), request.body());
      if (first == null) {
        body(request, event, found);
      } else if (!first.equals(request.body())) {
        found.add("%s came with two bodies".formatted(request.id()));
      }
      if (request.answered()) {
        answers.merge(request.id(), 1, Integer::sum);
      }
    }
    events.keySet().stream()
        .filter(id -> !answers.containsKey(id))
        .forEach(id -> found.add("%s is lost: %s".formatted(id, events.get(id))));
    long twice = twice(requests);
    if (twice > mostTwice) {
      found.add("%d came once more, at most %d may".formatted(twice, mostTwice));
    }
    return found;
  }

  /** How many requests were answered 2xx although one before had been. */
  static long twice(List<Received> requests) {
    long all = requests.stream().filter(Received::answered).count();
    return all - requests.stream().filter(Received::answered).map(Received::id).distinct().count();
  }

  private static void body(Received request, Event event, List<String> found) {
    JsonNode json;
    try {
      json = Json.MAPPER.readTree(request.body());
    } catch (IOException e) {
      found.add("%s came with a body that is no JSON".formatted(request.id()));
      return;
    }
    JsonNode data = json.path("data");
    if (!json.path("type").asText().equals("job." + event.status().toLowerCase(Locale.ROOT))
        || data.path("jobId").asLong() != event.job()
        || data.path("sequence").asLong() != event.sequence()
        || !data.path("status").asText().equals(event.status())) {
      found.add("%s came with the body of another event".formatted(request.id()));
    }
  }
}
