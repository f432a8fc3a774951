package io.fanfold.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.StreamSupport;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

final class DeadLettersTest {

  private final Headers found = new RecordHeaders().add("trace", new byte[] {(byte) 0xff, 0});

  @Test
  void a_dead_letter_is_the_record_as_found_with_where_it_came_from_and_why() {
    byte[] value = {1, 2, 3};

    var letter =
        DeadLetters.record("job-ingest", "job-submissions", 3, 42, "key", value, found, "no good");

    assertThat(letter.topic()).isEqualTo("dead-letters");
    assertThat(letter.partition()).isNull();
    assertThat(letter.key()).isEqualTo("key");
    assertThat(letter.value()).isSameAs(value);
    assertThat(text(letter.headers(), "dead-letter-topic")).isEqualTo("job-submissions");
    assertThat(text(letter.headers(), "dead-letter-partition")).isEqualTo("3");
    assertThat(text(letter.headers(), "dead-letter-offset")).isEqualTo("42");
    assertThat(text(letter.headers(), "dead-letter-error")).isEqualTo("no good");
    assertThat(text(letter.headers(), "dead-letter-service")).isEqualTo("job-ingest");
    assertThat(letter.headers().lastHeader("trace").value()).containsExactly(0xff, 0);
    assertThat(StreamSupport.stream(letter.headers().spliterator(), false)).hasSize(6);
  }

  @Test
  void the_headers_found_stay_as_they_were() {
    DeadLetters.headers("s", "t", 0, 0, found, "e");

    assertThat(found).hasSize(1);
  }

  @Test
  void a_dead_letter_that_dies_again_says_so_last() {
    Headers first = DeadLetters.headers("s", "first", 0, 0, found, "e");

    Headers second = DeadLetters.headers("s", "second", 0, 0, first, "e");

    assertThat(text(second, "dead-letter-topic")).isEqualTo("second");
  }

  @Test
  void a_long_error_is_cut() {
    assertThat(
            text(
                DeadLetters.headers("s", "t", 0, 0, found, "x".repeat(5_000)), "dead-letter-error"))
        .hasSize(1_000);
  }

  @Test
  void a_record_without_key_and_value_is_one_too() {
    var letter = DeadLetters.record("s", "t", 0, 0, null, null, found, "a tombstone");

    assertThat(letter.key()).isNull();
    assertThat(letter.value()).isNull();
  }

  private static String text(Headers headers, String name) {
    return new String(headers.lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
