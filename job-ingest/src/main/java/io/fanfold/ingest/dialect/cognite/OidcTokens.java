package io.fanfold.ingest.dialect.cognite;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.fanfold.kit.Problem;
import java.net.URL;
import java.text.ParseException;
import java.time.Clock;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * OpenID Connect tokens of one issuer: signed with one of its keys, for our audience, not expired.
 * A claim lists the projects they are for.
 */
final class OidcTokens implements Tokens {

  private static final Logger log = LoggerFactory.getLogger(OidcTokens.class);

  private static final int TIMEOUT_MS = 2_000;
  private static final int MAX_KEYS_BYTES = 256 * 1024;

  // Signatures that need the issuer's private key. Never those with a shared secret: to sign with
  // the public key as a secret is the oldest trick there is.
  private static final Set<JWSAlgorithm> ALGORITHMS = algorithms();

  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
  private final String projectsClaim;

  /** Fetches nothing yet. */
  OidcTokens(String issuer, String audience, URL keys, String projectsClaim, Clock clock) {
    var retriever = new DefaultResourceRetriever(TIMEOUT_MS, TIMEOUT_MS, MAX_KEYS_BYTES);
    JWKSource<SecurityContext> source =
        JWKSourceBuilder.<SecurityContext>create(keys, retriever).build();
    processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, source));
    // Access tokens have the second type by RFC 9068; many have none.
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
    processor.setJWTClaimsSetVerifier(
        new DefaultJWTClaimsVerifier<>(
            audience, new JWTClaimsSet.Builder().issuer(issuer).build(), Set.of("exp")) {
          @Override
          protected Date currentTime() {
            return Date.from(clock.instant());
          }
        });
    this.projectsClaim = projectsClaim;
  }

  @Override
  public Verdict check(String token, String project) {
    try {
      JWTClaimsSet claims = processor.process(token, null);
      return lists(claims.getClaim(projectsClaim), project)
          ? Verdict.ALLOWED
          : Verdict.OTHER_PROJECT;
    } catch (ParseException | BadJOSEException | RateLimitReachedException e) {
      // The last: a token by an unknown key shortly after another; keys are not fetched so often.
      log.debug("a token was refused", e);
      return Verdict.UNKNOWN;
    } catch (JOSEException e) {
      log.warn("the keys of the tokens' issuer cannot be fetched", e);
      throw Problem.unavailable("the keys of the tokens' issuer cannot be fetched").exception();
    }
  }

  private static boolean lists(Object claim, String project) {
    if (claim instanceof Collection<?> projects) {
      return projects.contains(project);
    }
    return claim instanceof String text && Arrays.asList(text.split(" ")).contains(project);
  }

  private static Set<JWSAlgorithm> algorithms() {
    var algorithms = new HashSet<JWSAlgorithm>(JWSAlgorithm.Family.RSA);
    algorithms.addAll(JWSAlgorithm.Family.EC);
    return Set.copyOf(algorithms);
  }
}
