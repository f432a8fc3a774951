package io.fanfold.standalone.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fanfold.standalone.registry.RegistryRecord.Level;
import io.fanfold.standalone.registry.RegistryRecord.Version;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaBookTest {

  private static final String A = record("{\"name\":\"a\",\"type\":\"int\"}");
  private static final String A_AND_OPTIONAL =
      record("{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"b\",\"type\":\"int\",\"default\":0}");
  private static final String A_AND_B =
      record("{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"b\",\"type\":\"int\"}");
  private static final String NOTHING = record("");

  private final List<RegistryRecord> records = new ArrayList<>();
  private SchemaBook book = SchemaBook.of(List.of(), Compatibility.BACKWARD);

  private static String record(String fields) {
    return "{\"type\":\"record\",\"name\":\"R\",\"fields\":[" + fields + "]}";
  }

  private Version register(String subject, String schema) {
    Version version = book.register(subject, schema, false);
    apply(version);
    return version;
  }

  private void apply(RegistryRecord record) {
    records.add(record);
    book = book.with(record);
  }

  private void assertRefused(int status, int code, Runnable request) {
    RegistryProblem problem = catchThrowableOfType(RegistryProblem.class, request::run);
    assertThat(problem.status()).isEqualTo(status);
    assertThat(problem.code()).isEqualTo(code);
  }

  @Test
  void oneSchemaOneId() {
    assertThat(register("s", A)).isEqualTo(new Version("s", 1, 1, A, false));
    assertThat(register("s", " " + A.replace(":", " : "))).isEqualTo(book.version("s", "1"));
    assertThat(register("t", A)).isEqualTo(new Version("t", 1, 1, A, false));
    assertThat(register("s", A_AND_OPTIONAL)).extracting(Version::id).isEqualTo(2);
    assertThat(book.subjects()).containsExactly("s", "t");
    assertThat(book.versions("s")).extracting(Version::version).containsExactly(1, 2);
    assertThat(book.withId(1)).extracting(Version::subject).containsExactly("s", "t");
    assertThat(book.version("s", "latest")).isEqualTo(book.version("s", "-1"));
  }

  @Test
  void docsAreAccountedForAndPropertyOrderOnlyWithoutNormalizing() {
    String one = record("{\"name\":\"a\",\"type\":{\"type\":\"int\",\"x\":1,\"y\":2}}");
    String two = record("{\"name\":\"a\",\"type\":{\"type\":\"int\",\"y\":2,\"x\":1}}");
    register("s", one);
    assertThat(book.register("s", two, true).version()).isEqualTo(1);
    assertThat(book.register("s", two, false).version()).isEqualTo(2);
    assertThat(book.register("s", one.replace("\"R\"", "\"R\",\"doc\":\"d\""), true).version())
        .isEqualTo(2);
  }

  @Test
  void deletedVersionsKeepTheirNumbersAndIds() {
    apply(new Version("s", 4, 9, A, true));
    assertThat(book.subjects()).isEmpty();
    assertRefused(404, 40401, () -> book.versions("s"));
    assertThat(register("s", NOTHING)).isEqualTo(new Version("s", 5, 10, NOTHING, false));
  }

  @Test
  void theRecordsTellTheBook() {
    register("s", A);
    register("s", A_AND_OPTIONAL);
    register("t", "\"string\"");
    apply(new Level(null, Compatibility.FULL));
    apply(new Level("s", Compatibility.NONE));
    SchemaBook again = SchemaBook.of(records, Compatibility.BACKWARD);
    assertThat(again.subjects()).isEqualTo(book.subjects());
    assertThat(again.versions("s")).isEqualTo(book.versions("s"));
    assertThat(again.level()).isEqualTo(Compatibility.FULL);
    assertThat(again.level("s")).isEqualTo(Compatibility.NONE);
    assertThat(again.ownLevel("t")).isEmpty();
    assertThat(again.register("u", "\"long\"", false).id()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource({
    "NONE, true, true, true",
    "BACKWARD, false, true, true",
    "BACKWARD_TRANSITIVE, false, true, true",
    "FORWARD, true, true, false",
    "FORWARD_TRANSITIVE, true, true, false",
    "FULL, false, true, false",
    "FULL_TRANSITIVE, false, true, false"
  })
  void levels(Compatibility level, boolean required, boolean optional, boolean removed) {
    apply(new Level(null, level));
    register("s", A);
    assertThat(book.violations("s", "latest", A_AND_B).isEmpty()).isEqualTo(required);
    assertThat(book.violations("s", "1", A_AND_OPTIONAL).isEmpty()).isEqualTo(optional);
    assertThat(book.violations("s", NOTHING).isEmpty()).isEqualTo(removed);
    if (required) {
      assertThat(register("s", A_AND_B).version()).isEqualTo(2);
    } else {
      assertRefused(409, 409, () -> register("s", A_AND_B));
    }
  }

  @Test
  void transitiveLevelsLookAtAllVersions() {
    apply(new Level("s", Compatibility.NONE));
    register("s", record("{\"name\":\"a\",\"type\":\"string\"}"));
    register("s", A);
    apply(new Level("s", Compatibility.BACKWARD));
    assertThat(book.violations("s", A_AND_OPTIONAL)).isEmpty();
    apply(new Level("s", Compatibility.BACKWARD_TRANSITIVE));
    assertThat(book.violations("s", A_AND_OPTIONAL)).isNotEmpty();
    assertRefused(409, 409, () -> register("s", A_AND_OPTIONAL));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "\"nothing\"",
        "{\"type\":\"nothing\"}",
        "{\"type\":\"record\"}",
        "[\"int\",\"int\"]"
      })
  void schemasThatAreNone(String schema) {
    assertRefused(422, 42201, () -> book.register("s", schema, false));
  }

  @Test
  void whatIsNotThere() {
    assertRefused(404, 40401, () -> book.versions("s"));
    assertRefused(404, 40401, () -> book.lookup("s", A, false));
    assertRefused(404, 40401, () -> book.violations("s", "latest", A));
    assertRefused(404, 40403, () -> book.withId(1));
    register("s", A);
    assertRefused(404, 40403, () -> book.lookup("s", NOTHING, false));
    assertRefused(404, 40402, () -> book.version("s", "2"));
    for (String version : List.of("0", "-2", "x", "", "99999999999")) {
      assertRefused(422, 42202, () -> book.version("s", version));
    }
  }

  @Test
  void recordsAreKeptAsConfluentDoes() {
    assertThat(RecordJson.key(new Version("s", 2, 7, A, false)))
        .asString()
        .isEqualTo("{\"keytype\":\"SCHEMA\",\"subject\":\"s\",\"version\":2,\"magic\":1}");
    assertThat(RecordJson.value(new Version("s", 2, 7, "\"int\"", false)))
        .asString()
        .isEqualTo(
            "{\"subject\":\"s\",\"version\":2,\"id\":7,\"schema\":\"\\\"int\\\"\",\"deleted\":false}");
    assertThat(RecordJson.key(new Level(null, Compatibility.FULL)))
        .asString()
        .isEqualTo("{\"keytype\":\"CONFIG\",\"subject\":null,\"magic\":0}");
    assertThat(RecordJson.value(new Level(null, Compatibility.FULL)))
        .asString()
        .isEqualTo("{\"compatibilityLevel\":\"FULL\"}");
    for (RegistryRecord record :
        List.of(
            new Version("s", 2, 7, A, false),
            new Version("s", 2, 7, A, true),
            new Level(null, Compatibility.FORWARD),
            new Level("s", Compatibility.NONE))) {
      assertThat(RecordJson.parse(RecordJson.key(record), RecordJson.value(record)))
          .contains(record);
    }
  }

  @Test
  void recordsOfOtherKinds() {
    assertThat(RecordJson.parse("{\"keytype\":\"NOOP\",\"magic\":0}".getBytes(UTF_8), null))
        .isEmpty();
    assertThat(RecordJson.parse("{\"keytype\":\"MODE\"}".getBytes(UTF_8), "{}".getBytes(UTF_8)))
        .isEmpty();
    assertThatThrownBy(() -> RecordJson.parse("x".getBytes(UTF_8), "{}".getBytes(UTF_8)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                RecordJson.parse("{\"keytype\":\"SCHEMA\"}".getBytes(UTF_8), "{}".getBytes(UTF_8)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
