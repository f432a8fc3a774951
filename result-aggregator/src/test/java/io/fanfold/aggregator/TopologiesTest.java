package io.fanfold.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AvroCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The approved shape of both topologies. After a change that is meant: {@code mvn test -pl
 * result-aggregator -Dtest=TopologiesTest -Dapprove=true}, and review the difference.
 */
final class TopologiesTest {

  private static final Path APPROVED = Path.of("src/test/resources/topology.txt");

  @Test
  void the_topologies_are_as_approved() throws IOException {
    var codec = new AvroCodec(Map.of("schema.registry.url", "mock://topologies"));
    String now =
        "# job fold\n"
            + new FoldTopology(codec, new Telemetry()).get().describe()
            + "\n# views\n"
            + new ViewTopology(codec, id -> {}).get().describe();
    if (Boolean.getBoolean("approve")) {
      Files.writeString(APPROVED, now);
    }
    assertThat(now).isEqualTo(Files.readString(APPROVED));
  }
}
