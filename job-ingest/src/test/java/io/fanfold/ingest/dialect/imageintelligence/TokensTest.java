package io.fanfold.ingest.dialect.imageintelligence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TokensTest {

  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00.123456Z");
  private static final byte[] KEY = "0123456789abcdef".getBytes(UTF_8);

  @Test
  void a_token_says_whose_it_is_for_a_day_at_every_instance_with_the_key() {
    Tokens.Token token = at(NOW, KEY).issue("red");

    assertThat(token.expiresAt()).isEqualTo(token.issuedAt().plus(Duration.ofHours(24)));
    assertThat(at(NOW, KEY).project(token.text())).hasValue("red");
    assertThat(at(token.expiresAt().minusMillis(1), KEY).project(token.text())).hasValue("red");
    assertThat(at(token.expiresAt(), KEY).project(token.text())).isEmpty();
  }

  @Test
  void a_token_of_another_key_or_of_ones_own_making_is_none() {
    String token = at(NOW, KEY).issue("red").text();
    String claims =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString("{\"project\":\"blue\",\"expiresAt\":9999999999999}".getBytes(UTF_8));

    assertThat(at(NOW, "another key, as long".getBytes(UTF_8)).project(token)).isEmpty();
    assertThat(at(NOW, KEY).project(claims + token.substring(token.indexOf('.')))).isEmpty();
    assertThat(at(NOW, KEY).project(claims + ".")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "a", "a.b", "?.?", "....", "é.é"})
  void what_is_no_token_is_none(String text) {
    assertThat(at(NOW, KEY).project(text)).isEmpty();
  }

  private static Tokens at(Instant now, byte[] key) {
    return new Tokens(key, Clock.fixed(now, ZoneOffset.UTC));
  }
}
