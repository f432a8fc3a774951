package io.fanfold.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.specific.SpecificData;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every schema reads every released copy of itself and is read by it. A release adds its copies
 * under {@code released/<name>/<version>.avsc}; those are never changed again.
 */
class SchemaCompatibilityTest {

  private static final Path SOURCES = Path.of("src/main/avro");
  private static final Path RELEASED = Path.of("src/test/resources/released");

  static Stream<String> names() throws IOException {
    try (Stream<Path> files = Files.list(SOURCES)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".avsc"))
          .map(name -> name.substring(0, name.length() - ".avsc".length()))
          .sorted()
          .toList()
          .stream();
    }
  }

  static Stream<Path> releases() throws IOException {
    try (Stream<Path> files = Files.walk(RELEASED)) {
      return files.filter(Files::isRegularFile).sorted().toList().stream();
    }
  }

  private static Schema current(String name) throws ClassNotFoundException {
    Class<?> type = Class.forName("io.fanfold.schemas." + name);
    return SpecificData.getForClass(type).getSchema(type);
  }

  @ParameterizedTest
  @MethodSource("releases")
  void releasesAreReadAndRead(Path release) throws Exception {
    Schema now = current(release.getParent().getFileName().toString());
    Schema then = new Schema.Parser().parse(release.toFile());
    assertReads(now, then);
    assertReads(then, now);
  }

  private static void assertReads(Schema reader, Schema writer) {
    var verdict = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
    assertThat(verdict.getType())
        .as(verdict.getResult().getIncompatibilities().toString())
        .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
  }

  @ParameterizedTest
  @MethodSource("names")
  void everySchemaHasReleases(String name) throws Exception {
    try (Stream<Path> releases = Files.list(RELEASED.resolve(name))) {
      assertThat(releases).isNotEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void everythingIsDocumented(String name) throws Exception {
    var bare = new ArrayList<String>();
    collectBare(current(name), bare, new HashSet<>());
    assertThat(bare).isEmpty();
  }

  private static void collectBare(Schema schema, List<String> bare, Set<String> seen) {
    switch (schema.getType()) {
      case RECORD -> {
        if (!seen.add(schema.getFullName())) {
          return;
        }
        collectIfBare(schema.getFullName(), schema.getDoc(), bare);
        for (Schema.Field field : schema.getFields()) {
          collectIfBare(schema.getFullName() + "." + field.name(), field.doc(), bare);
          collectBare(field.schema(), bare, seen);
        }
      }
      case ENUM, FIXED -> collectIfBare(schema.getFullName(), schema.getDoc(), bare);
      case ARRAY -> collectBare(schema.getElementType(), bare, seen);
      case MAP -> collectBare(schema.getValueType(), bare, seen);
      case UNION -> schema.getTypes().forEach(member -> collectBare(member, bare, seen));
      default -> {}
    }
  }

  private static void collectIfBare(String name, String doc, List<String> bare) {
    if (doc == null || doc.isBlank()) {
      bare.add(name);
    }
  }
}
