package io.fanfold.standalone;

import io.fanfold.kit.Service;
import io.fanfold.kit.ServiceException;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Ends the pipeline while there is still room to end it in order. A broker that finds its disk full
 * goes on in parts and answers nobody clearly.
 */
final class DiskWatch implements Service.Part {

  /** Kafka's segments and the stores are preallocated in pieces of a few MiB. */
  static final long MIN_USABLE_BYTES = 64L * 1024 * 1024;

  private static final long PERIOD_MS = 1_000;

  private final Path directory;
  private final LongSupplier usableBytes;
  private final Consumer<Throwable> onFull;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var thread = new Thread(task, "disk-watch");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param usableBytes how much can still be written
   * @param onFull told once there is too little
   */
  DiskWatch(Path directory, LongSupplier usableBytes, Consumer<Throwable> onFull) {
    this.directory = directory;
    this.usableBytes = usableBytes;
    this.onFull = onFull;
  }

  @Override
  public void start() {
    var unused =
        timer.scheduleWithFixedDelay(this::look, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
  }

  void look() {
    long usable = usableBytes.getAsLong();
    if (usable < MIN_USABLE_BYTES) {
      onFull.accept(
          new ServiceException(
              "the disk of %s is full: %d MiB left, %d MiB are needed to go on"
                  .formatted(directory, usable >> 20, MIN_USABLE_BYTES >> 20),
              null));
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
