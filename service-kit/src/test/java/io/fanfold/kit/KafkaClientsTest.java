package io.fanfold.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

final class KafkaClientsTest {

  @Test
  void what_the_installation_says_wins_over_our_choices() {
    Properties settings =
        KafkaClients.exactlyOnceStreams(
            config(Map.of("kafka.session.timeout.ms", "9000", "kafka.linger.ms", "7")), "app");

    assertThat(settings)
        .containsEntry("consumer.session.timeout.ms", "9000")
        .containsEntry("producer.linger.ms", "7")
        .containsEntry("consumer.heartbeat.interval.ms", 500);
  }

  @Test
  void the_fold_is_exactly_once_and_the_views_read_what_is_committed() {
    ServiceConfig config = config(Map.of());

    assertThat(KafkaClients.exactlyOnceStreams(config, "fold"))
        .containsEntry("processing.guarantee", "exactly_once_v2");
    assertThat(KafkaClients.viewStreams(config, "views"))
        .containsEntry("processing.guarantee", "at_least_once")
        .containsEntry("consumer.isolation.level", "read_committed");
  }

  private static ServiceConfig config(Map<String, String> more) {
    var values = new HashMap<>(more);
    values.put("bootstrap.servers", "localhost:9092");
    values.put("schema.registry.url", "mock://clients");
    return ServiceConfig.of(ServiceConfig.common(8080), values);
  }
}
