package io.fanfold.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fanfold.kit.Names;
import io.fanfold.schemas.WebhookAttempt;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where an attempt stands in the {@link AttemptStore}: under its event, its endpoint, its job and
 * its time. Under the first three the newest comes first.
 *
 * @param position sorts backwards by time, then by where the record was found
 */
record AttemptRow(WebhookAttempt attempt, String position) {

  /** The shape of a position; anything else is none. */
  static final Pattern POSITION = Pattern.compile("[0-9]{19}/[0-9]{5}/[0-9]{19}");

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,128}");

  /** Empty when its names are not such as we give: they could reach another project's rows. */
  static Optional<AttemptRow> of(WebhookAttempt attempt, int partition, long offset) {
    boolean ours =
        Names.isProject(attempt.getProject())
            && NAME.matcher(attempt.getEventId()).matches()
            && (attempt.getEndpointId() == null || NAME.matcher(attempt.getEndpointId()).matches());
    return ours
        ? Optional.of(
            new AttemptRow(
                attempt,
                "%s/%05d/%019d".formatted(backwards(attempt.getStartedAt()), partition, offset)))
        : Optional.empty();
  }

  static String ofEvent(String project, String eventId) {
    return "event/" + project + "/" + eventId + "/";
  }

  static String ofEndpoint(String project, String endpointId) {
    return "endpoint/" + project + "/" + endpointId + "/";
  }

  static String ofJob(String project, long jobId) {
    return "job/" + project + "/" + jobId + "/";
  }

  /** The least key of a time among those by time. */
  static String ofTime(Instant at) {
    return "time/%019d/".formatted(Math.max(0, micros(at)));
  }

  /** When an endpoint last took a delivery. */
  static String lastDelivered(String project, String endpointId) {
    return "delivered/" + project + "/" + endpointId;
  }

  /** Where reading goes on. */
  static String offset(int partition) {
    return "offset/" + partition;
  }

  /** The attempt itself is here; the other rows name this key. */
  String eventKey() {
    return ofEvent(attempt.getProject(), attempt.getEventId()) + position;
  }

  Optional<String> endpointKey() {
    return Optional.ofNullable(attempt.getEndpointId())
        .map(endpoint -> ofEndpoint(attempt.getProject(), endpoint) + position);
  }

  Optional<String> jobKey() {
    return attempt.getJobId() == 0
        ? Optional.empty()
        : Optional.of(ofJob(attempt.getProject(), attempt.getJobId()) + position);
  }

  String timeKey() {
    return ofTime(attempt.getStartedAt()) + position;
  }

  /** The partition of the attempt's record, which is that of its job. */
  int partition() {
    return Integer.parseInt(position.split("/")[1]);
  }

  /** Later records of an event have greater ones: all of them are in one partition. */
  long offset() {
    return Long.parseLong(position.split("/")[2]);
  }

  /** Whether what stands there began before a time. */
  static boolean isBefore(String position, Instant at) {
    String time = backwards(at);
    return position.substring(0, time.length()).compareTo(time) > 0;
  }

  static byte[] bytes(String key) {
    return key.getBytes(UTF_8);
  }

  static long micros(Instant at) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, at);
  }

  private static String backwards(Instant at) {
    return "%019d".formatted(Long.MAX_VALUE - Math.max(0, micros(at)));
  }
}
