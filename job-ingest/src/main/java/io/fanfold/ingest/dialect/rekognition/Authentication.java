package io.fanfold.ingest.dialect.rekognition;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.fanfold.kit.ProblemException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;

/** Whose request it is, by its signature. */
final class Authentication {

  private static final String SERVICE = "rekognition";
  private static final String DATE = "x-amz-date";
  private static final Duration MAX_SKEW = Duration.ofMinutes(5);

  // Without these the same signature would do for another host, another time or another operation.
  private static final List<String> REQUIRED = List.of("host", DATE, "x-amz-target");

  private static final DateTimeFormatter DATE_FORMAT =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'");

  private final boolean open;
  private final AccessKeys keys;
  private final Clock clock;

  /**
   * @param open whether any well-formed signature is taken
   */
  Authentication(boolean open, AccessKeys keys, Clock clock) {
    this.open = open;
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * The project of the key a request is signed with; empty when any signature is taken.
   *
   * @throws ProblemException with the type AWS has for what is wrong with it
   */
  Optional<String> project(SigV4.Request request) {
    SigV4Header header = SigV4Header.parse(header(request, "authorization"));
    if (open) {
      return Optional.empty();
    }
    String at = header(request, DATE);
    if (at == null) {
      throw AwsError.refusal(
          AwsError.INCOMPLETE_SIGNATURE, "The request has no X-Amz-Date header.");
    }
    checkScope(header, at);
    AccessKeys.Key key =
        keys.find(header.accessKeyId())
            .orElseThrow(
                () ->
                    AwsError.refusal(
                        AwsError.UNRECOGNIZED_CLIENT, "There is no such access key here."));
    String expected = SigV4.signature(header, at, request, key.secret());
    if (!MessageDigest.isEqual(
        expected.getBytes(US_ASCII), header.signature().getBytes(US_ASCII))) {
      throw invalid("The signature is not that of this request with the secret of this key.");
    }
    return Optional.of(key.project());
  }

  private void checkScope(SigV4Header header, String at) {
    if (!header.service().equals(SERVICE)) {
      throw invalid("The credential must be for the service " + SERVICE + ".");
    }
    for (String name : REQUIRED) {
      if (!header.signedHeaders().contains(name)) {
        throw invalid("The header " + name + " must be signed.");
      }
    }
    Instant signed;
    try {
      signed = LocalDateTime.parse(at, DATE_FORMAT).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw AwsError.refusal(
          AwsError.INCOMPLETE_SIGNATURE, "X-Amz-Date must be as in 20260131T120000Z.");
    }
    if (!at.startsWith(header.date())) {
      throw invalid("The credential's date must be that of X-Amz-Date.");
    }
    // The SDKs read Date from this answer, and sign again by our clock.
    if (Duration.between(signed, clock.instant()).abs().compareTo(MAX_SKEW) > 0) {
      throw invalid("The signature is of another time: more than 5 minutes from now.");
    }
  }

  private static String header(SigV4.Request request, String name) {
    List<String> values = request.headers().apply(name);
    return values.size() == 1 ? values.get(0).strip() : null;
  }

  private static ProblemException invalid(String message) {
    return AwsError.refusal(AwsError.INVALID_SIGNATURE, message);
  }
}
