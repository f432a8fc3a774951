package io.fanfold.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Json;
import io.fanfold.kit.JsonBody;
import io.fanfold.kit.JsonFields;
import io.fanfold.kit.Problem;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.kit.RecordSender;
import io.fanfold.schemas.DeliveryAction;
import io.fanfold.schemas.DeliveryCommand;
import io.fanfold.schemas.Topics;
import io.fanfold.schemas.WebhookEndpoint;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What can be done about deliveries over HTTP. Each is a command to the partitions that have them;
 * what came of it is seen in the attempts.
 */
final class DeliveriesApi {

  private static final Logger log = LoggerFactory.getLogger(DeliveriesApi.class);

  private final EndpointsApi endpoints;
  private final AttemptsApi attempts;
  private final RecordSender sender;
  private final Clock clock;

  DeliveriesApi(EndpointsApi endpoints, AttemptsApi attempts, RecordSender sender, Clock clock) {
    this.endpoints = endpoints;
    this.attempts = attempts;
    this.sender = sender;
    this.clock = clock;
  }

  void test(Context context) {
    WebhookEndpoint endpoint = enabled(endpoints.found(context));
    EndpointEvent event =
        EndpointEvent.test(endpoint, UUID.randomUUID().toString(), clock.instant());
    // Any partition will do, and that of the project is as good as another.
    accept(context, event.send(endpoint.getId()), List.of(), json("eventId", event.id()));
  }

  void recover(Context context) {
    JsonNode body = JsonBody.read(context);
    WebhookEndpoint endpoint = enabled(endpoints.found(context));
    var errors = new ArrayList<FieldError>();
    var fields = new JsonFields(body, "", errors);
    Instant since = fields.instant("since");
    fields.done();
    if (since == null && errors.isEmpty()) {
      errors.add(new FieldError("since", "is required"));
    } else if (since != null && since.isAfter(clock.instant())) {
      errors.add(new FieldError("since", "must not be in the future"));
    }
    JsonFields.refuse(errors);
    var command = command(endpoint.getProject(), DeliveryAction.RECOVER);
    command.setEndpointId(endpoint.getId()).setSince(since);
    accept(context, command.build(), all(), json("endpointId", endpoint.getId()));
  }

  void cancelEndpoint(Context context) {
    WebhookEndpoint endpoint = endpoints.found(context);
    var command = command(endpoint.getProject(), DeliveryAction.CANCEL);
    command.setEndpointId(endpoint.getId());
    accept(context, command.build(), all(), json("endpointId", endpoint.getId()));
  }

  void replay(Context context) {
    about(context, DeliveryAction.REPLAY);
  }

  void cancelEvent(Context context) {
    about(context, DeliveryAction.CANCEL);
  }

  /** One event; its deliveries are where its attempts are. */
  private void about(Context context, DeliveryAction action) {
    List<AttemptRow> rows = attempts.found(context);
    String target = target(context, rows);
    if (action == DeliveryAction.REPLAY && target != null && !target.equals(AttemptJson.INLINE)) {
      enabled(endpoints.find(context, target));
    }
    String eventId = rows.get(0).attempt().getEventId();
    var command = command(HttpApi.project(context), action);
    command.setEventId(eventId).setEndpointId(target);
    accept(context, command.build(), List.of(rows.get(0).partition()), json("eventId", eventId));
  }

  /** The one receiver that the body names, or null for all of them. */
  private static String target(Context context, List<AttemptRow> rows) {
    if (context.bodyAsBytes().length == 0) {
      return null;
    }
    var errors = new ArrayList<FieldError>();
    var fields = new JsonFields(JsonBody.read(context), "", errors);
    String target = fields.string("endpointId");
    fields.done();
    if (target != null
        && rows.stream().noneMatch(row -> AttemptJson.target(row.attempt()).equals(target))) {
      errors.add(new FieldError("endpointId", "is no receiver of this event"));
    }
    JsonFields.refuse(errors);
    return target;
  }

  private static DeliveryCommand.Builder command(String project, DeliveryAction action) {
    return DeliveryCommand.newBuilder().setProject(project).setAction(action);
  }

  private List<Integer> all() {
    return IntStream.range(0, sender.partitions(Topics.DELIVERY_COMMANDS)).boxed().toList();
  }

  /**
   * @param partitions where to; empty for that of the project
   */
  private void accept(
      Context context, DeliveryCommand command, List<Integer> partitions, ObjectNode answer) {
    Instant now = clock.instant();
    var to = new ArrayList<Integer>(partitions);
    if (to.isEmpty()) {
      to.add(null);
    }
    List<CompletableFuture<Void>> sent =
        to.stream()
            .map(
                partition ->
                    sender.send(
                        sender.record(
                            Topics.DELIVERY_COMMANDS,
                            partition,
                            command.getProject(),
                            command,
                            now,
                            Map.of())))
            .toList();
    Answers.later(
        context,
        CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new))
            .handle(
                (done, failure) -> {
                  if (failure == null) {
                    HttpApi.json(context, 202, answer);
                  } else {
                    log.warn("a command could not be accepted", failure);
                    HttpApi.answer(
                        context,
                        Problem.unavailable(
                            "Kafka did not take the command; it may be sent again"));
                  }
                  return null;
                }));
  }

  private static WebhookEndpoint enabled(WebhookEndpoint endpoint) {
    if (!endpoint.getEnabled()) {
      throw Problem.of(
              409,
              "ENDPOINT_DISABLED",
              "The endpoint is disabled",
              "Nothing is posted to it until it is enabled again.")
          .exception();
    }
    return endpoint;
  }

  private static ObjectNode json(String field, String value) {
    return Json.MAPPER.createObjectNode().put(field, value);
  }
}
