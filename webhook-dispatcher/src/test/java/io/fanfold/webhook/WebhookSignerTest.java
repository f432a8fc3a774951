package io.fanfold.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import java.net.http.HttpHeaders;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.NamedParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookSignerTest {

  private static final int PAYLOADS = 10_000;

  @Test
  void the_reference_library_accepts_every_payload_and_no_mutation() throws Exception {
    Random random = Seed.random(this);
    for (int i = 0; i < PAYLOADS; i++) {
      String secret = secret(random, 24 + random.nextInt(41));
      String id = "evt_" + Long.toString(random.nextLong() >>> 1, 36);
      String body = text(random, random.nextInt(300));
      var headers =
          new WebhookSigner(List.of(secret)).headers(id, Instant.now(), body.getBytes(UTF_8));
      var receiver = new Webhook(secret);

      receiver.verify(body, http(headers));
      assertThat(accepts(receiver, mutated(random, body), headers)).isFalse();
      assertThat(accepts(receiver, body, with(headers, "webhook-id", mutated(random, id))))
          .isFalse();
      String timestamp = headers.get("webhook-timestamp");
      String other = Long.toString(Long.parseLong(timestamp) + (random.nextBoolean() ? 1 : -1));
      assertThat(accepts(receiver, body, with(headers, "webhook-timestamp", other))).isFalse();
      assertThat(
              accepts(receiver, body, with(headers, "webhook-signature", broken(random, headers))))
          .isFalse();
    }
  }

  @Test
  void with_several_secrets_each_alone_accepts() throws Exception {
    Random random = Seed.random(this);
    String newer = secret(random, 32);
    String older = secret(random, 32);

    var headers = new WebhookSigner(List.of(newer, older)).headers("evt_1", Instant.now(), body());

    new Webhook(newer).verify("{}", http(headers));
    new Webhook(older).verify("{}", http(headers));
    assertThat(accepts(new Webhook(secret(random, 32)), "{}", headers)).isFalse();
    assertThat(headers.get("webhook-signature").split(" ")).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void an_ed25519_key_signs_what_its_public_key_verifies(boolean withPublicKey) throws Exception {
    Random random = Seed.random(this);
    for (int i = 0; i < 50; i++) {
      byte[] seed = new byte[32];
      random.nextBytes(seed);
      PublicKey publicKey = publicKey(seed);
      byte[] key = withPublicKey ? Arrays.copyOf(seed, 64) : seed;
      String secret = "whsk_" + Base64.getEncoder().encodeToString(key);
      String body = text(random, random.nextInt(300));

      var headers =
          new WebhookSigner(List.of(secret))
              .headers("evt_1", Instant.ofEpochSecond(1000), body.getBytes(UTF_8));

      assertThat(headers.get("webhook-signature")).startsWith("v1a,");
      assertThat(verifies(publicKey, "evt_1.1000." + body, headers)).isTrue();
      assertThat(verifies(publicKey, "evt_1.1000." + mutated(random, body), headers)).isFalse();
      assertThat(verifies(publicKey, "evt_1.1001." + body, headers)).isFalse();
    }
  }

  @Test
  void the_two_schemes_stand_beside_each_other() throws Exception {
    String hmac = secret(new Random(1), 32);
    String ed25519 = "whsk_" + Base64.getEncoder().encodeToString(new byte[32]);

    var headers = new WebhookSigner(List.of(ed25519, hmac)).headers("evt_1", Instant.now(), body());

    assertThat(headers.get("webhook-signature")).matches("v1a,[^ ]+ v1,[^ ]+");
    new Webhook(hmac).verify("{}", http(headers));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"whsk_", "whsk_c2hvcnQ=", "whsk_!!!!", "whsk_AAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
  void an_ed25519_key_that_is_none_is_refused_without_being_repeated(String secret) {
    assertThatThrownBy(() -> new WebhookSigner(List.of(secret)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a signing secret must be whsk_ and the base64 of an ed25519 key, 32 or 64 bytes")
        .hasNoCause();
  }

  /** By way of a generator that is fed the seed: how the JDK derives a public key. */
  private static PublicKey publicKey(byte[] seed) throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("Ed25519");
    generator.initialize(
        NamedParameterSpec.ED25519,
        new SecureRandom() {
          private static final long serialVersionUID = 1L;

          @Override
          public void nextBytes(byte[] bytes) {
            System.arraycopy(seed, 0, bytes, 0, bytes.length);
          }
        });
    return generator.generateKeyPair().getPublic();
  }

  private static boolean verifies(PublicKey key, String signed, Map<String, String> headers)
      throws GeneralSecurityException {
    Signature verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(key);
    verifier.update(signed.getBytes(UTF_8));
    return verifier.verify(
        Base64.getDecoder().decode(headers.get("webhook-signature").substring("v1a,".length())));
  }

  @Test
  void each_attempt_has_its_own_time_and_the_same_id() {
    var signer = new WebhookSigner(List.of(secret(new Random(1), 24)));

    var first = signer.headers("evt_1", Instant.ofEpochSecond(1000), body());
    var second = signer.headers("evt_1", Instant.ofEpochSecond(2000), body());

    assertThat(first)
        .containsEntry("webhook-id", "evt_1")
        .containsEntry("webhook-timestamp", "1000");
    assertThat(second)
        .containsEntry("webhook-id", "evt_1")
        .containsEntry("webhook-timestamp", "2000");
    assertThat(first.get("webhook-signature")).isNotEqualTo(second.get("webhook-signature"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "whsec_",
        "whsec_c2hvcnQ=",
        "whsec_!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
      })
  void a_secret_that_is_none_is_refused_without_being_repeated(String secret) {
    assertThatThrownBy(() -> new WebhookSigner(List.of(secret)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a signing secret must be whsec_ and the base64 of 24 to 64 bytes")
        .hasNoCause();
  }

  @Test
  void there_must_be_a_secret_of_24_to_64_bytes() {
    var random = new Random(1);

    assertThatThrownBy(() -> new WebhookSigner(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new WebhookSigner(List.of(secret(random, 23))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new WebhookSigner(List.of(secret(random, 65))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static byte[] body() {
    return "{}".getBytes(UTF_8);
  }

  private static String secret(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return "whsec_" + Base64.getEncoder().encodeToString(bytes);
  }

  private static String text(Random random, int length) {
    return random
        .ints(length, 0, 0x10000)
        .filter(c -> !Character.isSurrogate((char) c))
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static String mutated(Random random, String text) {
    if (text.isEmpty()) {
      return "x";
    }
    int at = random.nextInt(text.length());
    char other = text.charAt(at) == 'x' ? 'y' : 'x';
    return text.substring(0, at) + other + text.substring(at + 1);
  }

  private static String broken(Random random, Map<String, String> headers) {
    byte[] signature =
        Base64.getDecoder().decode(headers.get("webhook-signature").substring("v1,".length()));
    signature[random.nextInt(signature.length)] ^= (byte) (1 << random.nextInt(8));
    return "v1," + Base64.getEncoder().encodeToString(signature);
  }

  private static boolean accepts(Webhook receiver, String body, Map<String, String> headers) {
    try {
      receiver.verify(body, http(headers));
      return true;
    } catch (WebhookVerificationException e) {
      return false;
    }
  }

  private static Map<String, String> with(Map<String, String> headers, String name, String value) {
    var changed = new HashMap<>(headers);
    changed.put(name, value);
    return changed;
  }

  private static HttpHeaders http(Map<String, String> headers) {
    var lists = new HashMap<String, List<String>>();
    headers.forEach((name, value) -> lists.put(name, List.of(value)));
    return HttpHeaders.of(lists, (name, value) -> true);
  }
}
