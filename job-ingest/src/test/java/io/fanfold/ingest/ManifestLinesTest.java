package io.fanfold.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ManifestLinesTest {

  private static final int MAX = ManifestLines.MAX_LINE_BYTES;

  @Test
  void lines_end_with_a_newline_a_carriage_return_before_it_or_the_end() throws IOException {
    assertThat(read("a\nb\r\n\nc")).containsExactly("1 a @2", "2 b @5", "3  @6", "4 c @7");
    assertThat(read("a\n")).containsExactly("1 a @2");
    assertThat(read("")).isEmpty();
    assertThat(read("\n")).containsExactly("1  @1");
    assertThat(read("a\rb\n")).containsExactly("1 a\rb @4");
  }

  @Test
  void a_line_may_be_as_long_as_the_limit_and_no_longer() throws IOException {
    String longest = "x".repeat(MAX);
    for (String end : List.of("\n", "\r\n", "")) {
      assertThat(read(longest + end)).containsExactly("1 " + longest + " @" + (MAX + end.length()));
      assertThat(read("a\n" + longest + "x" + end))
          .containsExactly("1 a @2", "2 too long @" + (MAX + 3 + end.length()));
    }
  }

  @Test
  void what_follows_a_line_far_too_long_is_read_as_ever() throws IOException {
    int length = 5 * MAX + 3;
    assertThat(read("x".repeat(length) + "\nb\n"))
        .containsExactly("1 too long @" + (length + 1), "2 b @" + (length + 3));
  }

  @Test
  void going_on_at_any_line_gives_the_same_lines() throws IOException {
    long seed = Long.getLong("fanfold.seed", System.nanoTime());
    System.out.println("-Dfanfold.seed=" + seed);
    var random = new Random(seed);
    var text = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      int length = random.nextInt(20) == 0 ? random.nextInt(3 * MAX) : random.nextInt(200);
      text.append("y".repeat(length)).append(random.nextBoolean() ? "\n" : "\r\n");
    }
    byte[] bytes = text.toString().getBytes(ISO_8859_1);
    List<String> whole = read(new ManifestLines(in(bytes, 0, random), 0, 1));
    assertThat(whole).hasSize(200);

    for (int i = 0; i < whole.size(); i += 17) {
      String line = whole.get(i);
      int offset = Integer.parseInt(line.substring(line.lastIndexOf('@') + 1));
      var rest = new ManifestLines(in(bytes, offset, random), offset, i + 2);
      assertThat(read(rest)).isEqualTo(whole.subList(i + 1, whole.size()));
    }
  }

  private static List<String> read(String text) throws IOException {
    byte[] bytes = text.getBytes(ISO_8859_1);
    return read(new ManifestLines(new ByteArrayInputStream(bytes), 0, 1));
  }

  private static List<String> read(ManifestLines lines) throws IOException {
    var found = new ArrayList<String>();
    while (lines.next()) {
      String line = lines.tooLong() ? "too long" : new String(lines.bytes(), ISO_8859_1);
      found.add(lines.number() + " " + line + " @" + lines.offset());
    }
    return found;
  }

  /** Gives a few bytes at a time, as a network does. */
  private static InputStream in(byte[] bytes, int offset, Random random) {
    return new ByteArrayInputStream(bytes, offset, bytes.length - offset) {
      @Override
      public synchronized int read(byte[] into, int at, int count) {
        return super.read(into, at, Math.min(count, 1 + random.nextInt(10_000)));
      }
    };
  }
}
