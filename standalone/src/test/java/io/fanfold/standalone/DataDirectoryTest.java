package io.fanfold.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fanfold.standalone.RunningInstance.Addresses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  private static final Addresses ADDRESSES =
      new Addresses("http://127.0.0.1:8080", "127.0.0.1:9092", "http://127.0.0.1:8081");

  @TempDir Path temp;

  @Test
  void theDefaultFollowsXdgAndIgnoresRelativePaths() {
    Path home = Path.of(System.getProperty("user.home"), ".local", "share", "fanfold");
    assertThat(DataDirectory.defaultPath(Map.of())).isEqualTo(home);
    assertThat(DataDirectory.defaultPath(Map.of("XDG_DATA_HOME", "here"))).isEqualTo(home);
    assertThat(DataDirectory.defaultPath(Map.of("XDG_DATA_HOME", "/data")))
        .isEqualTo(Path.of("/data/fanfold"));
  }

  @Test
  void aSecondOpenSaysWhoHasItAndWhere() throws Exception {
    Path path = temp.resolve("a").resolve("b");
    try (var first = DataDirectory.open(path)) {
      assertThatThrownBy(() -> DataDirectory.open(path))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("pid " + ProcessHandle.current().pid())
          .hasMessageContaining("starting");
      first.publish(ADDRESSES);
      assertThatThrownBy(() -> DataDirectory.open(path))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("http://127.0.0.1:8080")
          .hasMessageNotContaining("\n");
    }
    DataDirectory.open(path).close();
  }

  @Test
  void othersSeeTheAddressesWhileItIsOpenOnly() throws Exception {
    assertThat(DataDirectory.running(temp)).isEmpty();
    try (var directory = DataDirectory.open(temp)) {
      directory.publish(ADDRESSES);
      assertThat(DataDirectory.running(temp))
          .hasValueSatisfying(running -> assertThat(running.addresses()).hasValue(ADDRESSES));
    }
    assertThat(DataDirectory.running(temp)).isEmpty();
  }

  @Test
  void whatADeadProcessLeftBehindIsIgnored() throws IOException {
    long pid = deadPid();
    Files.writeString(
        temp.resolve("running.json"), "{\"pid\":" + pid + ",\"http\":\"http://127.0.0.1:1\"}");
    assertThat(DataDirectory.running(temp)).isEmpty();
    Files.writeString(temp.resolve("running.json"), "{\"pid\":");
    assertThat(DataDirectory.running(temp)).isEmpty();
  }

  @Test
  void anEphemeralDirectoryIsGoneAfterClosing() throws Exception {
    Path path;
    try (var directory = DataDirectory.ephemeral()) {
      path = directory.path();
      Files.createDirectories(directory.kafka());
      Files.writeString(directory.kafka().resolve("segment"), "bytes");
    }
    assertThat(path).doesNotExist();
  }

  @Test
  void aFullDiskIsRefusedWithWhatIsNeeded() {
    assertThatThrownBy(() -> DataDirectory.open(temp, Long.MAX_VALUE))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("MiB left");
  }

  @Test
  void aFileInTheWayIsOneLine() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "");
    assertThatThrownBy(() -> DataDirectory.open(file))
        .isInstanceOf(StartException.class)
        .hasMessage("cannot create " + file + ": there is a file in the way");
  }

  private static long deadPid() throws IOException {
    var process = new ProcessBuilder("true").start();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return process.pid();
  }
}
