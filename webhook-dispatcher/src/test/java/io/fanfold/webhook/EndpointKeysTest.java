package io.fanfold.webhook;

import static io.fanfold.webhook.EndpointSamples.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fanfold.kit.WebhookRules;
import io.fanfold.schemas.SignatureScheme;
import io.fanfold.schemas.WebhookKey;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EndpointKeysTest {

  private final EndpointKeys keys = new EndpointKeys();
  private final SecretBox box = EndpointSamples.box(EndpointSamples.MASTER_KEY);

  @Test
  void a_v1_key_is_a_standard_secret_that_only_its_own_context_opens() {
    EndpointKeys.NewKey made = make(SignatureScheme.V1, List.of());

    assertThat(WebhookRules.isSecret(made.shown())).isTrue();
    assertThat(made.key().getId()).isEqualTo("key_1");
    assertThat(made.key().getPublicKey()).isNull();
    assertThat(box.open(sealed(made.key()), "p/ep_1/key_1")).isEqualTo(made.shown());
    assertThat(made.toString()).doesNotContain(made.shown());
    assertThatThrownBy(() -> box.open(sealed(made.key()), "p/ep_2/key_1"))
        .isInstanceOf(RuntimeException.class);
  }

  @Test
  void a_v1a_key_shows_no_secret_and_what_it_signs_is_verified_by_its_public_key()
      throws Exception {
    EndpointKeys.NewKey made = make(SignatureScheme.V1A, List.of());
    String secret = box.open(sealed(made.key()), "p/ep_1/key_1");

    assertThat(made.shown()).isNull();
    assertThat(WebhookRules.isSecret(secret)).isTrue();
    byte[] both = Base64.getDecoder().decode(secret.substring("whsk_".length()));
    byte[] open = Base64.getDecoder().decode(made.key().getPublicKey().substring(5));
    assertThat(Arrays.copyOfRange(both, 32, 64)).isEqualTo(open);

    var factory = KeyFactory.getInstance("Ed25519");
    var signer = Signature.getInstance("Ed25519");
    signer.initSign(
        factory.generatePrivate(
            new PKCS8EncodedKeySpec(
                join("302e020100300506032b657004220420", Arrays.copyOf(both, 32)))));
    byte[] text = "id.1.{}".getBytes(StandardCharsets.UTF_8);
    signer.update(text);
    var verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(
        factory.generatePublic(new X509EncodedKeySpec(join("302a300506032b6570032100", open))));
    verifier.update(text);
    assertThat(verifier.verify(signer.sign())).isTrue();
  }

  @Test
  void the_next_key_has_the_next_number_also_after_a_gap() {
    assertThat(
            make(
                    SignatureScheme.V1,
                    List.of(EndpointSamples.key("key_7"), EndpointSamples.key("key_2")))
                .key()
                .getId())
        .isEqualTo("key_8");
  }

  @Test
  void older_keys_sign_until_the_overlap_is_over_and_no_longer_than_they_would_have() {
    WebhookKey soon =
        WebhookKey.newBuilder(EndpointSamples.key("key_1"))
            .setExpiresAt(NOW.plusSeconds(10))
            .build();
    WebhookKey gone = WebhookKey.newBuilder(EndpointSamples.key("key_0")).setExpiresAt(NOW).build();

    List<WebhookKey> rotated =
        EndpointKeys.rotated(
            EndpointSamples.key("key_3"),
            List.of(EndpointSamples.key("key_2"), soon, gone),
            Duration.ofMinutes(1),
            NOW);

    assertThat(rotated).extracting(WebhookKey::getId).containsExactly("key_3", "key_2", "key_1");
    assertThat(rotated)
        .extracting(WebhookKey::getExpiresAt)
        .containsExactly(null, NOW.plusSeconds(60), NOW.plusSeconds(10));
  }

  @Test
  void without_an_overlap_only_the_newest_signs() {
    assertThat(
            EndpointKeys.rotated(
                EndpointSamples.key("key_2"),
                List.of(EndpointSamples.key("key_1")),
                Duration.ZERO,
                NOW))
        .extracting(WebhookKey::getId)
        .containsExactly("key_2");
  }

  @Test
  void at_most_ten_keys_are_kept_and_the_oldest_go() {
    List<WebhookKey> keys =
        IntStream.iterate(10, n -> n > 0, n -> n - 1)
            .mapToObj(n -> EndpointSamples.key("key_" + n))
            .toList();

    assertThat(
            EndpointKeys.rotated(EndpointSamples.key("key_11"), keys, Duration.ofSeconds(1), NOW))
        .hasSize(10)
        .last()
        .extracting(WebhookKey::getId)
        .isEqualTo("key_2");
  }

  private EndpointKeys.NewKey make(SignatureScheme scheme, List<WebhookKey> before) {
    return keys.make(scheme, box, "p", "ep_1", before, NOW);
  }

  private static byte[] sealed(WebhookKey key) {
    return key.getSealedSecret().array();
  }

  private static byte[] join(String hex, byte[] key) {
    byte[] head = HexFormat.of().parseHex(hex);
    byte[] whole = Arrays.copyOf(head, head.length + key.length);
    System.arraycopy(key, 0, whole, head.length, key.length);
    return whole;
  }
}
