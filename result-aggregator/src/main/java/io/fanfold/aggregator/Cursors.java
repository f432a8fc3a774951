package io.fanfold.aggregator;

import io.fanfold.kit.Problem;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.kit.ProblemException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Where a list goes on, as an opaque text: a position and the moment it was given, signed together
 * with what the list is of. So it is good for the same project, route and filters only, and for a
 * limited time. It says nothing that its holder did not see, and lets nobody see more: the project
 * comes from each request.
 */
final class Cursors {

  /** Older cursors of lists for people are stale. */
  static final Duration KEPT = Duration.ofDays(1);

  /** For who works through a list for as long as it takes. */
  static final Duration KEPT_LONG = Duration.ofDays(365);

  private static final String ALGORITHM = "HmacSHA256";
  private static final int MAC_BYTES = 16;
  private static final int MAX_CHARS = 512;

  private final SecretKeySpec key;
  private final Clock clock;

  /**
   * @param secret the same for all instances
   */
  Cursors(String secret, Clock clock) {
    this.key =
        new SecretKeySpec(("fanfold cursor " + secret).getBytes(StandardCharsets.UTF_8), ALGORITHM);
    this.clock = clock;
  }

  /**
   * @param scope project, route and filters
   */
  String encode(String scope, String position) {
    byte[] text = position.getBytes(StandardCharsets.UTF_8);
    byte[] payload =
        ByteBuffer.allocate(Long.BYTES + text.length).putLong(clock.millis()).put(text).array();
    byte[] cursor =
        ByteBuffer.allocate(MAC_BYTES + payload.length)
            .put(mac(scope, payload))
            .put(payload)
            .array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(cursor);
  }

  /**
   * The position in a cursor.
   *
   * @param kept how old it may be
   * @throws ProblemException 400 {@code INVALID_CURSOR} when it is none of ours, of another list,
   *     or too old
   */
  String decode(String scope, String cursor, Duration kept) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(cursor.length() > MAX_CHARS ? "" : cursor);
    } catch (IllegalArgumentException e) {
      throw invalid("is no cursor");
    }
    if (bytes.length < MAC_BYTES + Long.BYTES) {
      throw invalid("is no cursor");
    }
    byte[] payload = Arrays.copyOfRange(bytes, MAC_BYTES, bytes.length);
    byte[] mac = Arrays.copyOf(bytes, MAC_BYTES);
    if (!MessageDigest.isEqual(mac, mac(scope, payload))) {
      throw invalid("is not from this list with these filters");
    }
    ByteBuffer fields = ByteBuffer.wrap(payload);
    Instant given = Instant.ofEpochMilli(fields.getLong());
    if (given.plus(kept).isBefore(clock.instant())) {
      throw invalid("is too old: begin the list again");
    }
    return StandardCharsets.UTF_8.decode(fields).toString();
  }

  private byte[] mac(String scope, byte[] payload) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(scope.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      return Arrays.copyOf(mac.doFinal(payload), MAC_BYTES);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java has HmacSHA256", e);
    }
  }

  static ProblemException invalid(String why) {
    return new Problem(
            400,
            "INVALID_CURSOR",
            "The cursor is not valid here",
            "cursor " + why,
            List.of(new FieldError("cursor", why)))
        .exception();
  }
}
