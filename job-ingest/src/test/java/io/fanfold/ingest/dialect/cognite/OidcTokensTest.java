package io.fanfold.ingest.dialect.cognite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.fanfold.ingest.dialect.cognite.Tokens.Verdict;
import io.fanfold.kit.ProblemException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URL;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class OidcTokensTest {

  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
  private static final String ISSUER = "https://login.example/";
  private static final String AUDIENCE = "https://fanfold.example";

  private static RSAKey rsa;
  private static ECKey ec;
  private static HttpServer keys;
  private static Tokens tokens;

  @BeforeAll
  static void start() throws Exception {
    rsa = new RSAKeyGenerator(2048).keyID("rsa").generate();
    ec = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
    byte[] set = new JWKSet(List.of(rsa, ec)).toString(true).getBytes(UTF_8);
    keys = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    keys.createContext(
        "/keys",
        exchange -> {
          exchange.sendResponseHeaders(200, set.length);
          exchange.getResponseBody().write(set);
          exchange.close();
        });
    keys.start();
    tokens = tokens(keys.getAddress().getPort(), "groups");
  }

  @AfterAll
  static void stop() {
    keys.stop(0);
  }

  @Test
  void a_token_is_good_for_the_projects_it_lists() throws Exception {
    String token = signed(claims().build(), rsa);

    assertThat(tokens.check(token, "plant")).isEqualTo(Verdict.ALLOWED);
    assertThat(tokens.check(token, "yard")).isEqualTo(Verdict.ALLOWED);
    assertThat(tokens.check(token, "plan")).isEqualTo(Verdict.OTHER_PROJECT);
  }

  @Test
  void projects_may_be_a_text_with_spaces_and_in_another_claim() throws Exception {
    Tokens scoped = tokens(keys.getAddress().getPort(), "scope");
    String token = signed(claims().claim("scope", "openid plant").build(), rsa);

    assertThat(scoped.check(token, "plant")).isEqualTo(Verdict.ALLOWED);
    assertThat(scoped.check(token, "yard")).isEqualTo(Verdict.OTHER_PROJECT);
  }

  @Test
  void a_token_without_the_claim_is_for_no_project() throws Exception {
    String token = signed(claims().claim("groups", null).build(), rsa);

    assertThat(tokens.check(token, "plant")).isEqualTo(Verdict.OTHER_PROJECT);
  }

  @Test
  void access_tokens_and_other_curves_are_taken() throws Exception {
    var header =
        new JWSHeader.Builder(JWSAlgorithm.ES256)
            .keyID("ec")
            .type(new JOSEObjectType("at+jwt"))
            .build();

    assertThat(tokens.check(signed(header, claims().build(), new ECDSASigner(ec)), "plant"))
        .isEqualTo(Verdict.ALLOWED);
  }

  @Test
  void an_expired_token_is_not_known() throws Exception {
    // A minute is allowed for clocks that differ.
    assertThat(check(claims().expirationTime(at(-59)))).isEqualTo(Verdict.ALLOWED);
    assertThat(check(claims().expirationTime(at(-61)))).isEqualTo(Verdict.UNKNOWN);
    assertThat(check(claims().expirationTime(null))).isEqualTo(Verdict.UNKNOWN);
    assertThat(check(claims().notBeforeTime(at(61)))).isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void a_token_for_others_or_from_others_is_not_known() throws Exception {
    assertThat(check(claims().audience("https://else.example"))).isEqualTo(Verdict.UNKNOWN);
    assertThat(check(claims().audience((String) null))).isEqualTo(Verdict.UNKNOWN);
    assertThat(check(claims().issuer("https://evil.example/"))).isEqualTo(Verdict.UNKNOWN);
    assertThat(check(claims().issuer(null))).isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void a_signature_by_another_key_is_not_known() throws Exception {
    RSAKey other = new RSAKeyGenerator(2048).keyID("rsa").generate();
    String token = signed(claims().build(), other);
    assertThat(tokens.check(token, "plant")).isEqualTo(Verdict.UNKNOWN);

    String good = signed(claims().build(), rsa);
    String[] parts = good.split("\\.");
    String changed = signed(claims().claim("groups", List.of("bank")).build(), rsa).split("\\.")[1];
    assertThat(tokens.check(parts[0] + "." + changed + "." + parts[2], "bank"))
        .isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void no_signature_is_not_known() {
    assertThat(tokens.check(new PlainJWT(claims().build()).serialize(), "plant"))
        .isEqualTo(Verdict.UNKNOWN);
    assertThat(tokens.check("no.jwt.at-all", "plant")).isEqualTo(Verdict.UNKNOWN);
    assertThat(tokens.check("opaque", "plant")).isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void the_public_key_is_no_shared_secret() throws Exception {
    var header = new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("rsa").build();
    byte[] secret = rsa.toRSAPublicKey().getEncoded();

    assertThat(tokens.check(signed(header, claims().build(), new MACSigner(secret)), "plant"))
        .isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void keys_that_cannot_be_fetched_are_a_503() throws Exception {
    String token = signed(claims().build(), rsa);

    assertThatThrownBy(() -> tokens(9, "groups").check(token, "plant"))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.problem().status()).isEqualTo(503));
  }

  private static Verdict check(JWTClaimsSet.Builder claims) throws JOSEException {
    return tokens.check(signed(claims.build(), rsa), "plant");
  }

  private static JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .issuer(ISSUER)
        .audience(AUDIENCE)
        .expirationTime(at(600))
        .claim("groups", List.of("plant", "yard"));
  }

  private static Date at(long seconds) {
    return Date.from(NOW.plusSeconds(seconds));
  }

  private static String signed(JWTClaimsSet claims, RSAKey key) throws JOSEException {
    var header = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("rsa").build();
    return signed(header, claims, new RSASSASigner(key));
  }

  private static String signed(JWSHeader header, JWTClaimsSet claims, JWSSigner signer)
      throws JOSEException {
    var token = new SignedJWT(header, claims);
    token.sign(signer);
    return token.serialize();
  }

  private static Tokens tokens(int port, String claim) throws IOException {
    URL url = URI.create("http://127.0.0.1:" + port + "/keys").toURL();
    return new OidcTokens(ISSUER, AUDIENCE, url, claim, Clock.fixed(NOW, ZoneOffset.UTC));
  }
}
