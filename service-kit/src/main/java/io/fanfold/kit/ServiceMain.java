package io.fanfold.kit;

import java.util.Map;
import java.util.function.BiFunction;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * {@code main} of a service: configuration, start, wait, and an exit code that says how it went.
 */
public final class ServiceMain {

  /** The process ended because something broke. */
  public static final int EXIT_BROKEN = 1;

  /** The configuration is wrong. */
  public static final int EXIT_CONFIG = 2;

  private ServiceMain() {}

  /** Never returns: closes on SIGTERM (exit code 143) and SIGINT (130), else says what broke. */
  @SuppressWarnings("SystemExitOutsideMain")
  public static void run(
      ConfigDef definition, String[] args, BiFunction<ServiceConfig, Telemetry, Service> service) {
    System.exit(exitCode(definition, args, System.getenv(), service));
  }

  private static int exitCode(
      ConfigDef definition,
      String[] args,
      Map<String, String> env,
      BiFunction<ServiceConfig, Telemetry, Service> service) {
    ServiceConfig config;
    try {
      config = ServiceConfig.load(definition, args, env);
    } catch (ConfigException e) {
      System.err.println("configuration: " + e.getMessage());
      return EXIT_CONFIG;
    }
    try (var telemetry = new Telemetry();
        Service running = service.apply(config, telemetry)) {
      Thread onSignal = new Thread(running::close, "shutdown");
      Runtime.getRuntime().addShutdownHook(onSignal);
      running.start();
      running.await();
      return 0;
    } catch (ServiceException | KafkaUnavailableException | ConfigException e) {
      System.err.println(e.getMessage());
      return EXIT_BROKEN;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return EXIT_BROKEN;
    }
  }
}
