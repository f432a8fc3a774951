package io.fanfold.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URISyntaxException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;

/**
 * Who shares limits, a circuit breaker and a queue: an endpoint; or all receivers that came with
 * jobs of one project and are at one scheme, host and port, since jobs tend to have a path of their
 * own there, and it is the host that is down.
 *
 * <p>As a key: 24 characters, the first 8 the project's, so that rows sort by project and receiver.
 */
final class Receiver {

  /** The target id of the receiver that came with the job. */
  static final String INLINE = "inline";

  static final int LENGTH = 24;
  private static final int PROJECT_LENGTH = 8;

  private Receiver() {}

  static String endpoint(String project, String endpointId) {
    return projectKey(project) + hash("endpoint\n" + endpointId, LENGTH - PROJECT_LENGTH);
  }

  static String inline(String project, String url) {
    return projectKey(project) + hash("inline\n" + origin(url), LENGTH - PROJECT_LENGTH);
  }

  /** How the keys of all receivers of a project begin. */
  static String projectKey(String project) {
    return hash(project, PROJECT_LENGTH);
  }

  private static String origin(String url) {
    try {
      URI uri = new URI(url);
      if (uri.getHost() != null && uri.getScheme() != null) {
        return (uri.getScheme() + "://" + uri.getHost() + ":" + uri.getPort())
            .toLowerCase(Locale.ROOT);
      }
    } catch (URISyntaxException e) {
      // Nothing will be sent there; whoever is asked to says so.
      return url;
    }
    return url;
  }

  private static String hash(String text, int length) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash).substring(0, length);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
