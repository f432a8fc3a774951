package io.fanfold.kit.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.store.StoreException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3OnFilesTest extends ObjectStoreContract {

  @TempDir private Path outside;

  private Path root;
  private ObjectStore store;

  @BeforeEach
  void start() throws IOException {
    root = Files.createDirectory(outside.resolve("root")).toRealPath();
    Files.writeString(outside.resolve("private.txt"), "private");
    store = FileStore.buckets(root);
  }

  @Override
  ObjectStore store() {
    return store;
  }

  @Override
  String uri(String name) {
    return "s3://bucket/" + name;
  }

  @Test
  void an_object_is_the_file_with_its_key_in_the_directory_of_its_bucket() throws IOException {
    Files.createDirectories(root.resolve("bucket/a"));
    Files.writeString(root.resolve("bucket/a/b c%20.txt"), "x");

    assertThat(read("a/b c%20.txt", 0)).isEqualTo("x");
    write("new/c.txt", "y");
    assertThat(root.resolve("bucket/new/c.txt")).hasContent("y");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3://bucket/../../private.txt",
        "s3://bucket/a/../../../private.txt",
        "s3://bucket/./a.txt",
        "s3://bucket/.."
      })
  void no_key_leads_out_of_its_bucket(String uri) {
    assertFails(() -> store.open(uri, 0), Kind.ACCESS_DENIED);
    assertFails(() -> store.begin(uri, "text/plain"), Kind.ACCESS_DENIED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"s3://../private.txt", "s3://bucket//etc/passwd", "s3://bucket/a//b", "s3://a/b/"})
  void what_cannot_be_a_file_is_invalid(String uri) {
    assertFails(() -> store.open(uri, 0), Kind.INVALID);
  }
}
