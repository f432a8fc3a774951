package io.fanfold.kit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fanfold.kit.store.StoreException.Kind;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class S3StoreTest extends ObjectStoreContract {

  @TempDir private static Path directory;

  private static S3Server server;
  private static S3Store store;

  @BeforeAll
  static void start() throws Exception {
    server = new S3Server(directory);
    store = new S3Store(server.settings());
  }

  @AfterAll
  static void stop() throws Exception {
    store.close();
    server.close();
  }

  @Override
  ObjectStore store() {
    return store;
  }

  @Override
  String uri(String name) {
    return "s3://" + S3Server.BUCKET + "/" + name;
  }

  @Test
  void a_bucket_that_is_not_there_is_not_found() {
    assertFails(() -> store.open("s3://nobodys/a.txt", 0), Kind.NOT_FOUND);
    assertFails(() -> store.begin("s3://nobodys/a.txt", "text/plain"), Kind.NOT_FOUND);
  }

  @Test
  void a_wrong_key_is_no_access() throws Exception {
    write("locked.txt", "x");
    try (var stranger = new S3Store(server.settings("wrong"))) {
      assertFails(() -> stranger.open(uri("locked.txt"), 0), Kind.ACCESS_DENIED);
      assertFails(() -> stranger.begin(uri("locked.txt"), "text/plain"), Kind.ACCESS_DENIED);
    }
  }

  @Test
  void keys_are_taken_as_they_are() throws Exception {
    write("a b/ä%20+?#.txt", "odd");

    assertThat(read("a b/ä%20+?#.txt", 0)).isEqualTo("odd");
  }

  @Test
  void what_names_no_object_is_invalid() {
    for (String uri : new String[] {"s3://", "s3:///key", "s3://bucket", "s3://bucket/", "s3:a"}) {
      assertFails(() -> store.open(uri, 0), Kind.INVALID);
    }
  }

  @Test
  void a_server_that_does_not_answer_may_answer_later() throws Exception {
    var settings =
        new ObjectStores.S3Settings("http://127.0.0.1:1", "us-east-1", "a", "b", true, null);
    try (var nobody = new S3Store(settings)) {
      var failure = catchThrowableOfType(StoreException.class, () -> nobody.open(uri("a.txt"), 0));
      assertThat(failure.passing()).isTrue();
    }
  }
}
