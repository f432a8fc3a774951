package io.fanfold.standalone;

import io.fanfold.kit.ServiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pipeline as the business of this process: its log goes to a file, other processes find it
 * through the data directory, and a signal closes it in order.
 */
public final class PipelineProcess implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PipelineProcess.class);

  /** What a person waits for after Ctrl-C, at most. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(12);

  private final DataDirectory directory;
  private final Path logFile;
  private final Thread hook = new Thread(this::stop, "shutdown");

  /** Set before it starts, so that a signal closes one that is half up, too. */
  private volatile Pipeline pipeline;

  private volatile boolean stopping;
  private boolean stopped;

  private PipelineProcess(DataDirectory directory, Path logFile) {
    this.directory = directory;
    this.logFile = logFile;
  }

  /**
   * Returns once jobs can be submitted.
   *
   * @param directory closed when the process is, or cannot start
   * @param logFile where to log, the data directory when empty
   */
  public static PipelineProcess start(
      DataDirectory directory,
      PipelineOptions options,
      Optional<Path> logFile,
      Map<String, String> environment)
      throws StartException {
    var process = new PipelineProcess(directory, logFile.orElse(directory.logFile()));
    Runtime.getRuntime().addShutdownHook(process.hook);
    boolean started = false;
    try {
      LogFile.use(process.logFile, environment);
      process.pipeline = new Pipeline(directory, options);
      process.pipeline.start();
      directory.publish(process.pipeline.addresses());
      started = true;
      return process;
    } catch (IOException e) {
      throw new StartException("cannot write to " + directory.path() + ": " + e.getMessage(), e);
    } catch (StartException e) {
      throw process.stopping
          ? new StartException("ended while starting", e)
          : new StartException(e.getMessage() + process.whereLogged(), e);
    } finally {
      if (!started) {
        process.close();
      }
    }
  }

  public RunningInstance.Addresses addresses() {
    return pipeline.addresses();
  }

  public Path logFile() {
    return logFile;
  }

  /**
   * Blocks until a signal ends the pipeline.
   *
   * @throws ServiceException with the cause when a part broke
   */
  public void await() throws InterruptedException {
    pipeline.await();
  }

  @Override
  public void close() {
    stop();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      log.debug("The JVM is shutting down already, the hook had its part in it");
    }
  }

  private void stop() {
    stopping = true;
    stopOnce();
  }

  private synchronized void stopOnce() {
    if (stopped) {
      return;
    }
    stopped = true;
    if (pipeline != null) {
      closeInTime(pipeline);
    }
    directory.close();
  }

  /** The log outlives a temporary directory when it tells why the start failed. */
  private String whereLogged() {
    try {
      if (!Files.exists(logFile) || Files.size(logFile) == 0) {
        return "";
      }
      Path kept = logFile;
      if (directory.isEphemeral() && logFile.startsWith(directory.path())) {
        kept = Files.createTempFile("fanfold-", ".log");
        Files.copy(logFile, kept, StandardCopyOption.REPLACE_EXISTING);
      }
      return " (log: " + kept + ")";
    } catch (IOException e) {
      log.warn("Cannot keep the log of a failed start", e);
      return "";
    }
  }

  private static void closeInTime(Pipeline pipeline) {
    var done = new CountDownLatch(1);
    var thread =
        new Thread(
            () -> {
              pipeline.close();
              done.countDown();
            },
            "pipeline-close");
    thread.setDaemon(true);
    thread.start();
    try {
      if (!done.await(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn(
            "The pipeline did not close within {}; what is acknowledged is safe", CLOSE_TIMEOUT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      log.warn("Interrupted while closing the pipeline");
    }
  }
}
