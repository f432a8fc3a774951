package io.fanfold.kit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fanfold.kit.store.StoreException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileStoreTest extends ObjectStoreContract {

  @TempDir private Path outside;

  private Path root;
  private ObjectStore store;

  @BeforeEach
  void start() throws IOException {
    root = Files.createDirectory(outside.resolve("root")).toRealPath();
    Files.writeString(outside.resolve("private.txt"), "private");
    store = FileStore.under(List.of(root));
  }

  @Override
  ObjectStore store() {
    return store;
  }

  @Override
  String uri(String name) {
    return "file://" + root + "/" + name;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///etc/none/a.txt",
        "file://ROOT/../private.txt",
        "file://ROOT/x/../../private.txt",
        "file://ROOT/%2e%2e/private.txt",
        "file://ROOTx/a.txt",
        "file://host/ROOT/a.txt",
        "file://ROOT/out/private.txt",
        "file://ROOT/out/new/a.txt",
      })
  void nothing_is_read_written_or_deleted_outside_the_roots(String template) throws IOException {
    Files.createSymbolicLink(root.resolve("out"), outside);
    String uri = template.replace("ROOT", root.toString());

    StoreException read = catchFailure(() -> store.open(uri, 0));
    assertThat(read.kind()).isIn(Kind.ACCESS_DENIED, Kind.NOT_FOUND);
    assertFails(() -> store.begin(uri, "text/plain"), Kind.ACCESS_DENIED);
    assertThat(outside.resolve("private.txt")).hasContent("private");
    assertThat(outside.resolve("new")).doesNotExist();
  }

  @Test
  void a_link_out_of_the_roots_is_not_followed_to_read_or_delete() throws IOException {
    Files.createSymbolicLink(root.resolve("link.txt"), outside.resolve("private.txt"));

    assertFails(() -> store.open(uri("link.txt"), 0), Kind.ACCESS_DENIED);
    assertFails(() -> store.delete(uri("link.txt")), Kind.ACCESS_DENIED);
    assertThat(outside.resolve("private.txt")).exists();
  }

  @Test
  void a_directory_is_no_object() throws IOException {
    Files.createDirectory(root.resolve("directory"));

    assertFails(() -> store.open(uri("directory"), 0), Kind.INVALID);
    assertFails(() -> store.begin("file://" + root, "text/plain"), Kind.INVALID);
  }

  @Test
  void unfinished_files_are_gone_once_the_upload_is_over() throws IOException {
    write("a.txt", "x");
    store.begin(uri("b.txt"), "text/plain").abort();

    try (var files = Files.list(root)) {
      assertThat(files).containsExactly(root.resolve("a.txt"));
    }
  }

  @Test
  void an_upload_id_cannot_lead_elsewhere() {
    var state = new ObjectUpload.State("../../private", List.of(), 0);

    assertFails(() -> store.resume(uri("a.txt"), state), Kind.NOT_FOUND);
  }

  @Test
  void a_root_has_to_be_there() {
    assertThatThrownBy(() -> FileStore.under(List.of(root.resolve("none"))))
        .hasMessageContaining("none");
  }

  private static StoreException catchFailure(Call call) {
    return catchThrowableOfType(StoreException.class, call::run);
  }
}
