package io.fanfold.ingest.dialect.cognite;

import io.fanfold.ingest.dialect.DialectParts;
import io.fanfold.ingest.dialect.Keys;
import io.fanfold.kit.Names;
import io.fanfold.kit.Problem;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.kit.ServiceConfig;
import io.javalin.http.Context;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;

/** Whether a request may use the project its path names. */
final class CogniteAuth {

  private static final String SCHEME = "Bearer ";

  private final Tokens tokens;

  CogniteAuth(Tokens tokens) {
    this.tokens = tokens;
  }

  /**
   * @throws ConfigException when some of the issuer's keys are there and others are not
   */
  static CogniteAuth of(DialectParts parts) {
    if (parts.open()) {
      return new CogniteAuth(Tokens.OPEN);
    }
    Tokens fixed =
        Tokens.of(
            Keys.parse(CogniteConfig.TOKENS, parts.config().getPassword(CogniteConfig.TOKENS)));
    return new CogniteAuth(oidc(parts.config(), parts.clock()).map(fixed::or).orElse(fixed));
  }

  /**
   * The project.
   *
   * @throws io.fanfold.kit.ProblemException 401 without a token we know, 403 when it is for another
   *     project, 400 when the path's is no project's name
   */
  String project(Context context) {
    String project = context.pathParam("project");
    String token =
        token(context.header("Authorization")).orElseThrow(() -> unauthorized(context).exception());
    Tokens.Verdict verdict = tokens.check(token, project);
    if (verdict == Tokens.Verdict.UNKNOWN) {
      throw unauthorized(context).exception();
    }
    if (verdict == Tokens.Verdict.OTHER_PROJECT) {
      throw Problem.of(
              403, "FORBIDDEN", "Not your project", "The token is not for the project " + project)
          .exception();
    }
    if (!Names.isProject(project)) {
      throw Problem.invalid(
              List.of(new FieldError("project", "must match " + Names.PROJECT_PATTERN)))
          .exception();
    }
    return project;
  }

  private static Problem unauthorized(Context context) {
    context.header("WWW-Authenticate", "Bearer");
    return Problem.of(401, "UNAUTHORIZED", "Who are you?", "Unauthorized");
  }

  private static Optional<String> token(String header) {
    if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return Optional.empty();
    }
    return Optional.of(header.substring(SCHEME.length()).strip()).filter(t -> !t.isEmpty());
  }

  private static Optional<Tokens> oidc(ServiceConfig config, Clock clock) {
    List<String> keys =
        List.of(CogniteConfig.ISSUER, CogniteConfig.AUDIENCE, CogniteConfig.JWKS_URL);
    if (keys.stream().allMatch(key -> config.getString(key).isBlank())) {
      return Optional.empty();
    }
    Optional<String> missing =
        keys.stream().filter(key -> config.getString(key).isBlank()).findFirst();
    if (missing.isPresent()) {
      throw new ConfigException(
          missing.get(),
          "",
          "is needed where there is " + String.join(" or ", others(keys, missing.get())));
    }
    return Optional.of(
        new OidcTokens(
            config.getString(CogniteConfig.ISSUER),
            config.getString(CogniteConfig.AUDIENCE),
            url(config.getString(CogniteConfig.JWKS_URL)),
            config.getString(CogniteConfig.PROJECTS_CLAIM),
            clock));
  }

  private static List<String> others(List<String> keys, String key) {
    return keys.stream().filter(other -> !other.equals(key)).toList();
  }

  private static URL url(String text) {
    try {
      URI uri = URI.create(text);
      if (Stream.of("http", "https").noneMatch(scheme -> scheme.equals(uri.getScheme()))) {
        throw new ConfigException(CogniteConfig.JWKS_URL, text, "must be http: or https:");
      }
      return uri.toURL();
    } catch (IllegalArgumentException | MalformedURLException e) {
      throw new ConfigException(CogniteConfig.JWKS_URL, text, "must be a URL");
    }
  }
}
