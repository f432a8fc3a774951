package io.fanfold.webhook;

import io.fanfold.kit.Problem;
import io.fanfold.kit.ProblemException;
import io.fanfold.kit.RecordSender;
import io.fanfold.schemas.EndpointAction;
import io.fanfold.schemas.EndpointCommand;
import io.fanfold.schemas.Topics;
import io.fanfold.schemas.WebhookEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for changes of endpoints, and waits until they are seen here. A change that is not seen in
 * time may still come: the caller is told to look.
 */
final class EndpointChanges {

  private static final Logger log = LoggerFactory.getLogger(EndpointChanges.class);

  private final RecordSender sender;
  private final EndpointsView view;
  private final Duration patience;
  private final Clock clock;

  /**
   * @param patience how long a change is waited for
   */
  EndpointChanges(RecordSender sender, EndpointsView view, Duration patience, Clock clock) {
    this.sender = sender;
    this.view = view;
    this.patience = patience;
    this.clock = clock;
  }

  /**
   * The endpoint as it is now, or none when another change was faster.
   *
   * @param next as it shall be
   * @param expected the version it was made of, 0 for none
   */
  CompletableFuture<Optional<WebhookEndpoint>> put(WebhookEndpoint next, long expected) {
    var command =
        EndpointCommand.newBuilder()
            .setRequestId(UUID.randomUUID().toString())
            .setAction(EndpointAction.PUT)
            .setExpectedVersion(expected)
            .setEndpoint(next)
            .build();
    // Of one that is deleted there is nothing to see any more.
    Predicate<Optional<WebhookEndpoint>> changed =
        seen -> seen.map(WebhookEndpoint::getVersion).orElse(0L) != expected;
    WebhookEndpoint wanted = WebhookEndpoint.newBuilder(next).setVersion(expected + 1).build();
    return send(next.getProject(), next.getId(), command, changed)
        .thenApply(seen -> seen.filter(each -> isSame(each, wanted)));
  }

  /** Whether it is gone; not when another change was faster than one that expected a version. */
  CompletableFuture<Boolean> delete(String project, String id, Long expected) {
    var command =
        EndpointCommand.newBuilder()
            .setRequestId(UUID.randomUUID().toString())
            .setAction(EndpointAction.DELETE)
            .setExpectedVersion(expected)
            .build();
    Predicate<Optional<WebhookEndpoint>> decided =
        seen -> seen.isEmpty() || expected != null && seen.get().getVersion() != expected;
    return send(project, id, command, decided).thenApply(Optional::isEmpty);
  }

  private CompletableFuture<Optional<WebhookEndpoint>> send(
      String project,
      String id,
      EndpointCommand command,
      Predicate<Optional<WebhookEndpoint>> condition) {
    var record =
        sender.record(
            Topics.ENDPOINT_COMMANDS,
            EndpointsView.key(project, id),
            command,
            clock.instant(),
            Map.of());
    return sender
        .send(record)
        .thenCompose(sent -> view.await(project, id, condition, patience))
        .exceptionally(
            failure -> {
              log.warn("a change of endpoint {} was not seen", id, failure);
              throw new CompletionException(notSeen());
            });
  }

  /** By their bytes: Avro's own comparison cannot read optional times in a list of records. */
  private static boolean isSame(WebhookEndpoint one, WebhookEndpoint other) {
    try {
      return one.toByteBuffer().equals(other.toByteBuffer());
    } catch (IOException e) {
      throw new UncheckedIOException("an endpoint cannot be encoded", e);
    }
  }

  private static ProblemException notSeen() {
    return Problem.unavailable("the change was not seen in time; look before trying again")
        .exception();
  }
}
