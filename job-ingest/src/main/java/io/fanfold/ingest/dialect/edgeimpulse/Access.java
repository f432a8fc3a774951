package io.fanfold.ingest.dialect.edgeimpulse;

import io.fanfold.ingest.dialect.Keys;
import io.fanfold.kit.Problem;
import io.fanfold.kit.ProblemException;
import io.javalin.http.Context;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whose request it is. The project is in the path of a request to the studio, and must be the
 * credential's; uploads name none, and go to the credential's.
 */
final class Access {

  private static final String KEY_START = "ei_";
  private static final String BEARER = "Bearer ";
  private static final Pattern PROJECT = Pattern.compile("[1-9][0-9]{0,15}");

  /** What a key says of its project while any key is taken. */
  private static final Pattern OPEN_KEY = Pattern.compile("ei_([1-9][0-9]{0,15})(?:_.*)?");

  private static final String OPEN_PROJECT = "1";

  private final Keys keys;
  private final boolean open;

  Access(Keys keys, boolean open) {
    this.keys = keys;
    this.open = open;
  }

  /** The project a path names. */
  String studio(Context context) {
    String credential = credential(context);
    String project = context.pathParam("projectId");
    if (!PROJECT.matcher(project).matches()) {
      throw Problem.notFound("There is no such project").exception();
    }
    if (!open && !owner(credential).equals(project)) {
      throw Problem.of(403, "FORBIDDEN", "Not allowed", "This credential is for another project")
          .exception();
    }
    return project;
  }

  /** The project whose key came with an upload. */
  String upload(Context context) {
    String credential = credential(context);
    if (!open) {
      return numbered(owner(credential));
    }
    Optional<String> known = keys.project(credential);
    Matcher named = OPEN_KEY.matcher(credential);
    return numbered(known.orElseGet(() -> named.matches() ? named.group(1) : OPEN_PROJECT));
  }

  /** Clients read ids of projects as numbers. */
  private static String numbered(String project) {
    if (!PROJECT.matcher(project).matches()) {
      throw Problem.of(403, "FORBIDDEN", "Not allowed", "The credential's project is no number")
          .exception();
    }
    return project;
  }

  private String owner(String credential) {
    return keys.project(credential).orElseThrow(() -> unknown("The credential is not known"));
  }

  private static String credential(Context context) {
    String key = context.header("x-api-key");
    if (key != null) {
      if (!key.startsWith(KEY_START)) {
        throw unknown("x-api-key must begin with " + KEY_START);
      }
      return key;
    }
    String token = context.header("x-jwt-token");
    if (token == null || token.isBlank()) {
      token = context.cookie("jwt");
    }
    String authorization = context.header("Authorization");
    if ((token == null || token.isBlank())
        && authorization != null
        && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      token = authorization.substring(BEARER.length()).strip();
    }
    if (token == null || token.isBlank()) {
      throw unknown("No credential: send x-api-key, x-jwt-token, the cookie jwt or a bearer token");
    }
    return token;
  }

  private static ProblemException unknown(String detail) {
    return Problem.of(401, "UNAUTHORIZED", "Not authorized", detail).exception();
  }
}
