package io.fanfold.kit.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fanfold.kit.store.StoreException.Kind;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What holds of every store that can be written. */
abstract class ObjectStoreContract {

  private static final byte[] BIG = bytes(ObjectStore.MIN_PART_BYTES);

  abstract ObjectStore store();

  /** The URI of an object with that name. */
  abstract String uri(String name);

  @Test
  void an_object_is_read_from_any_byte_on() throws IOException {
    write("a/b/read.txt", "0123456789");

    assertThat(read("a/b/read.txt", 0)).isEqualTo("0123456789");
    assertThat(read("a/b/read.txt", 7)).isEqualTo("789");
    assertThat(read("a/b/read.txt", 10)).isEmpty();
    assertThat(read("a/b/read.txt", 11)).isEmpty();
  }

  @Test
  void the_length_and_the_version_are_the_whole_objects_wherever_it_is_opened() throws IOException {
    write("versions.txt", "0123456789");
    String version = version("versions.txt", 0);

    assertThat(version).isNotBlank();
    for (long offset : new long[] {0, 3, 10, 12}) {
      try (ObjectContent content = store().open(uri("versions.txt"), offset)) {
        assertThat(content.length()).isEqualTo(10);
        assertThat(content.version()).isEqualTo(version);
      }
    }
    write("versions.txt", "abcdefghij");
    assertThat(version("versions.txt", 0)).isNotEqualTo(version);
  }

  @Test
  void what_is_missing_is_not_found() {
    assertFails(() -> store().open(uri("none.txt"), 0), Kind.NOT_FOUND);
    assertFails(() -> store().open(uri("none.txt"), 5), Kind.NOT_FOUND);
  }

  @Test
  void nothing_is_seen_of_an_upload_before_it_is_complete() throws IOException {
    ObjectUpload upload = store().begin(uri("parts.txt"), "text/plain");
    upload.part(BIG);
    upload.part("end".getBytes(UTF_8));

    assertFails(() -> store().open(uri("parts.txt"), 0), Kind.NOT_FOUND);
    upload.complete();
    assertThat(read("parts.txt", BIG.length - 2)).isEqualTo("xxend");
  }

  @Test
  void an_upload_is_resumed_where_it_was_noted_and_what_came_after_is_dropped() throws IOException {
    ObjectUpload first = store().begin(uri("resumed.txt"), "text/plain");
    first.part(BIG);
    ObjectUpload.State noted = first.state();
    first.part("lost".getBytes(UTF_8));

    ObjectUpload second = store().resume(uri("resumed.txt"), noted);
    assertThat(second.state()).isEqualTo(noted);
    second.part("end".getBytes(UTF_8));
    second.complete();

    assertThat(read("resumed.txt", BIG.length - 1)).isEqualTo("xend");
  }

  @Test
  void an_upload_that_is_over_cannot_be_resumed() throws IOException {
    ObjectUpload completed = store().begin(uri("over.txt"), "text/plain");
    completed.part("x".getBytes(UTF_8));
    completed.complete();
    ObjectUpload aborted = store().begin(uri("over.txt"), "text/plain");
    aborted.part("y".getBytes(UTF_8));
    aborted.abort();
    aborted.abort();

    for (ObjectUpload upload : List.of(completed, aborted)) {
      assertFails(() -> store().resume(uri("over.txt"), upload.state()), Kind.NOT_FOUND);
    }
    assertThat(read("over.txt", 0)).isEqualTo("x");
  }

  @Test
  void an_empty_object_can_be_written() throws IOException {
    store().begin(uri("empty.txt"), "text/plain").complete();

    assertThat(read("empty.txt", 0)).isEmpty();
  }

  @Test
  void a_deleted_object_is_gone_and_deleting_it_again_is_fine() throws IOException {
    write("deleted.txt", "x");

    store().delete(uri("deleted.txt"));
    store().delete(uri("deleted.txt"));

    assertFails(() -> store().open(uri("deleted.txt"), 0), Kind.NOT_FOUND);
  }

  @Test
  void reading_may_end_early() throws IOException {
    ObjectUpload upload = store().begin(uri("long.txt"), "text/plain");
    upload.part(BIG);
    upload.complete();

    for (int i = 0; i < 20; i++) {
      try (ObjectContent content = store().open(uri("long.txt"), 1)) {
        assertThat(content.in().read()).isEqualTo('x');
      }
    }
  }

  void write(String name, String text) throws IOException {
    ObjectUpload upload = store().begin(uri(name), "text/plain");
    upload.part(text.getBytes(UTF_8));
    upload.complete();
  }

  String read(String name, long offset) throws IOException {
    try (ObjectContent content = store().open(uri(name), offset)) {
      return new String(content.in().readAllBytes(), UTF_8);
    }
  }

  private String version(String name, long offset) throws IOException {
    try (ObjectContent content = store().open(uri(name), offset)) {
      return content.version();
    }
  }

  /** Something that may fail. */
  interface Call {
    void run() throws IOException;
  }

  static StoreException assertFails(Call call, Kind kind) {
    var failure = catchThrowableOfType(StoreException.class, call::run);
    assertThat(failure).isNotNull();
    assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(kind);
    assertThat(failure.passing()).isFalse();
    assertThat(failure).hasMessageNotContaining("secret");
    return failure;
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 'x');
    return bytes;
  }
}
