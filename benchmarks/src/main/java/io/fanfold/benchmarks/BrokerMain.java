package io.fanfold.benchmarks;

import io.fanfold.standalone.broker.EmbeddedBroker;
import io.fanfold.standalone.registry.SchemaRegistryServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** The broker and schema registry of {@code fanfold up}, without the services. */
final class BrokerMain {

  private BrokerMain() {}

  /**
   * @param arguments the data directory, and the file to write the two addresses to, a line each
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path addresses = Path.of(arguments[1]);
    var broker = EmbeddedBroker.start(Path.of(arguments[0]));
    var registry =
        SchemaRegistryServer.start(
            broker.bootstrapServers(), Map.of(), EmbeddedBroker.LOOPBACK, /* port= */ 0);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  registry.close();
                  broker.close();
                }));
    Path draft = addresses.resolveSibling("addresses.draft");
    Files.writeString(
        draft, broker.bootstrapServers() + "\nhttp://127.0.0.1:" + registry.port() + "\n");
    Files.move(draft, addresses, StandardCopyOption.ATOMIC_MOVE);
    new CountDownLatch(1).await();
  }
}
