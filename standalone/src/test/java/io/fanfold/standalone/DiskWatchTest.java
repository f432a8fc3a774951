package io.fanfold.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

final class DiskWatchTest {

  private final ArrayList<Throwable> reports = new ArrayList<>();
  private long usable = DiskWatch.MIN_USABLE_BYTES;

  @Test
  void a_disk_with_too_little_room_is_reported_with_its_place() {
    try (var watch = new DiskWatch(Path.of("data"), () -> usable, reports::add)) {
      watch.look();
      assertThat(reports).isEmpty();

      usable--;
      watch.look();
      assertThat(reports).hasSize(1);
      assertThat(reports.get(0))
          .hasMessage("the disk of data is full: 63 MiB left, 64 MiB are needed to go on");
    }
  }
}
