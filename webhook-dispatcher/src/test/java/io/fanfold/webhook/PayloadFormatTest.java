package io.fanfold.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.schemas.WebhookPayload;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PayloadFormatTest {

  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");
  private static final byte[] JOB = "{\"id\":\"ä\",\"state\":\"completed\"}".getBytes(UTF_8);

  private final PayloadFormat standard = PayloadFormat.named("standard").orElseThrow();
  private final PayloadFormat deepva = PayloadFormat.named("deepva").orElseThrow();
  private final PayloadFormat imageIntelligence =
      PayloadFormat.named("imageintelligence").orElseThrow();

  @Test
  void a_format_nobody_knows_is_none() {
    assertThat(PayloadFormat.named("Standard")).isEmpty();
    assertThat(PayloadFormat.named("")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "job.queued, true, false, false",
    "job.running, true, true, false",
    "job.progress, true, false, false",
    "job.completed, true, true, true",
    "job.failed, true, true, true",
    "job.expired, true, true, true",
    "job.canceled, true, false, true"
  })
  void each_format_has_its_events(String type, boolean one, boolean two, boolean three) {
    assertThat(standard.posts(type)).isEqualTo(one);
    assertThat(deepva.posts(type)).isEqualTo(two);
    assertThat(imageIntelligence.posts(type)).isEqualTo(three);
  }

  @Test
  void standard_sends_what_was_stored() {
    assertThat(standard.needsJob()).isFalse();
    assertThat(standard.body(event("job.completed", 5), "{\"ä\":1}", null))
        .isEqualTo("{\"ä\":1}".getBytes(UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "job.running, on_started",
    "job.completed, on_completed",
    "job.failed, on_failed",
    "job.expired, on_failed"
  })
  void deepva_wraps_the_job_in_its_event(String type, String event) {
    assertThat(new String(deepva.body(event(type, 1574251637832L), "unused", JOB), UTF_8))
        .isEqualTo(
            "{\"event\":\""
                + event
                + "\",\"timestamp\":1574251637.832,\"data\":{\"job\":"
                + "{\"id\":\"ä\",\"state\":\"completed\"}}}");
  }

  @Test
  void deepva_signs_the_body_with_hmac_sha512_in_hex_beside_the_nonce() throws Exception {
    byte[] body = deepva.body(event("job.completed", 1_000_000_000_007L), "unused", JOB);

    Map<String, String> headers = deepva.headers("evt_1", AT, 42, List.of("sécret", "old"), body);

    assertThat(headers)
        .containsOnly(
            Map.entry("x-deepva-nonce", "42"),
            Map.entry("x-deepva-signature", hex("HmacSHA512", "sécret", body, 128)));
  }

  @Test
  void deepva_without_a_secret_has_the_nonce_alone() {
    assertThat(deepva.headers("evt_1", AT, 42, List.of(), JOB))
        .containsOnly(Map.entry("x-deepva-nonce", "42"));
  }

  @Test
  void imageintelligence_posts_the_job_as_it_is_and_signs_it_when_it_can() throws Exception {
    assertThat(imageIntelligence.body(event("job.completed", 5), "unused", JOB)).isEqualTo(JOB);

    assertThat(imageIntelligence.headers("evt_1", AT, 42, List.of("12345678"), JOB))
        .containsOnly(
            Map.entry("x-niro-signature", "sha256=" + hex("HmacSHA256", "12345678", JOB, 64)));
    assertThat(imageIntelligence.headers("evt_1", AT, 42, List.of(), JOB)).isEmpty();
  }

  private static Delivery event(String type, long atMs) {
    return new Delivery(
        "evt_1",
        Receiver.INLINE,
        "7",
        "p",
        type,
        WebhookPayload.THIN,
        atMs,
        "",
        false,
        false,
        Receiver.inline("p", "https://example.com/"),
        DeliveryState.PENDING,
        0,
        1,
        atMs);
  }

  private static String hex(String algorithm, String secret, byte[] body, int digits)
      throws Exception {
    Mac mac = Mac.getInstance(algorithm);
    mac.init(new SecretKeySpec(secret.getBytes(UTF_8), algorithm));
    String hex = new BigInteger(1, mac.doFinal(body)).toString(16);
    return "0".repeat(digits - hex.length()) + hex;
  }
}
