package io.fanfold.standalone;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends the log of this JVM to a file, as JSON lines, so that the terminal is the command's. */
final class LogFile {
  private static final long MAX_BYTES = 10L * 1024 * 1024;
  private static final int KEPT_FILES = 5;

  /** Loggers that tell of every connection and segment. */
  private static final List<String> TALKATIVE =
      List.of(
          "org.apache.kafka", "kafka", "state.change.logger", "org.eclipse.jetty", "io.javalin");

  private LogFile() {}

  static void use(Path file, Map<String, String> environment) throws StartException {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.newByteChannel(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND).close();
    } catch (IOException e) {
      throw new StartException("cannot write the log file " + file + ": " + e.getMessage(), e);
    }
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();

    var appender = new RollingFileAppender<ILoggingEvent>();
    appender.setContext(context);
    appender.setFile(file.toString());

    var encoder = new JsonEncoder();
    encoder.setContext(context);
    encoder.setWithFormattedMessage(true);
    encoder.setWithMessage(false);
    encoder.setWithArguments(false);
    encoder.setWithContext(false);
    encoder.setWithNanoseconds(false);
    encoder.setWithSequenceNumber(false);
    encoder.start();
    appender.setEncoder(encoder);

    var rolling = new FixedWindowRollingPolicy();
    rolling.setContext(context);
    rolling.setParent(appender);
    rolling.setFileNamePattern(file + ".%i");
    rolling.setMinIndex(1);
    rolling.setMaxIndex(KEPT_FILES);
    rolling.start();
    appender.setRollingPolicy(rolling);

    var trigger = new SizeBasedTriggeringPolicy<ILoggingEvent>();
    trigger.setContext(context);
    trigger.setMaxFileSize(new FileSize(MAX_BYTES));
    trigger.start();
    appender.setTriggeringPolicy(trigger);
    appender.start();

    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.toLevel(environment.get("FANFOLD_LOG_LEVEL"), Level.INFO));
    root.addAppender(appender);
    TALKATIVE.forEach(name -> context.getLogger(name).setLevel(Level.WARN));
  }
}
