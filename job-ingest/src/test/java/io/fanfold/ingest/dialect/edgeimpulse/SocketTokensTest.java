package io.fanfold.ingest.dialect.edgeimpulse;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SocketTokensTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final SocketTokens tokens = at(NOW, "secret");

  @Test
  void a_token_is_its_projects_at_any_instance_with_the_secret() {
    SocketTokens.Token token = tokens.make("42");

    assertThat(token.text()).matches("[A-Za-z0-9_.-]+");
    assertThat(token.expires()).isEqualTo(NOW.plus(SocketTokens.KEPT));
    assertThat(at(NOW, "secret").project(token.text())).hasValue("42");
    assertThat(at(NOW, "other").project(token.text())).isEmpty();
    assertThat(at(NOW, "").project(token.text())).isEmpty();
  }

  @Test
  void a_token_is_good_for_a_while() {
    String token = tokens.make("42").text();
    Duration kept = SocketTokens.KEPT;

    assertThat(at(NOW.plus(kept).minusMillis(1), "secret").project(token)).hasValue("42");
    assertThat(at(NOW.plus(kept), "secret").project(token)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "a.b", "MTc2 .x", "nonsense"})
  void what_is_no_token_is_nobodys(String text) {
    assertThat(tokens.project(text)).isEmpty();
    assertThat(tokens.project(null)).isEmpty();
  }

  @Test
  void a_token_cannot_be_made_over_into_another_projects() {
    String mine = tokens.make("42").text();
    String other = tokens.make("43").text();
    String forged = other.substring(0, other.indexOf('.')) + mine.substring(mine.indexOf('.'));

    assertThat(tokens.project(forged)).isEmpty();
  }

  @Test
  void frames_are_those_that_clients_read() {
    assertThat(Frames.hello()).isEqualTo("42[\"hello\",{\"hello\":{\"version\":1}}]");
    assertThat(Frames.finished(77, true)).isEqualTo("42[\"job-finished-77\",{\"success\":true}]");
    assertThat(Frames.data(77, new JobLog.Line("x", NOW, JobLog.Level.INFO, "line\n")))
        .startsWith("42[\"job-data-77\",{")
        .contains("\"data\":\"line\\n\"");
    assertThat(Frames.open("id", 1, 2))
        .isEqualTo("0{\"sid\":\"id\",\"upgrades\":[],\"pingInterval\":1,\"pingTimeout\":2}");
    assertThat(
            Frames.logStream("42[\"start-log-stream\",{\"jobId\":77,\"lastReceivedTimestamp\":5}]"))
        .hasValue(new Frames.LogStream(77, 5));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2",
        "42",
        "42{}",
        "42[\"start-log-stream\"]",
        "42[\"start-log-stream\",{\"jobId\":\"77\"}]",
        "42[\"other\",{\"jobId\":77}]",
        "42[broken"
      })
  void other_frames_ask_for_nothing(String message) {
    assertThat(Frames.logStream(message)).isEmpty();
  }

  private static SocketTokens at(Instant now, String secret) {
    return new SocketTokens(new Password(secret), Clock.fixed(now, ZoneOffset.UTC));
  }
}
