package io.fanfold.webhook;

import static io.fanfold.webhook.EndpointSamples.endpoint;
import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.Json;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.DeliveryAction;
import io.fanfold.schemas.DeliveryCommand;
import io.fanfold.schemas.DisabledReason;
import io.fanfold.schemas.EndpointAction;
import io.fanfold.schemas.EndpointCommand;
import io.fanfold.schemas.Topics;
import io.fanfold.schemas.WebhookEndpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndpointTopologyTest {

  private static final Instant START = Instant.parse("2026-02-01T00:00:00Z");
  private static final String KEY = "p/ep_1";

  private final AvroCodec codec =
      new AvroCodec(Map.of("schema.registry.url", "mock://endpoint-topology"));
  private final Telemetry telemetry = new Telemetry();

  @TempDir private Path state;
  private TopologyTestDriver driver;
  private TestInputTopic<String, byte[]> commands;
  private TestOutputTopic<String, byte[]> endpoints;
  private TestOutputTopic<String, byte[]> deliveries;
  private TestOutputTopic<String, byte[]> deadLetters;

  @BeforeEach
  void start() {
    var settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    settings.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    driver = new TopologyTestDriver(topology().get(), settings, START);
    commands =
        driver.createInputTopic(
            Topics.ENDPOINT_COMMANDS.name(), new StringSerializer(), new ByteArraySerializer());
    endpoints = output(Topics.WEBHOOK_ENDPOINTS.name());
    deliveries = output(Topics.DELIVERY_COMMANDS.name());
    deadLetters = output(Topics.DEAD_LETTERS);
  }

  @AfterEach
  void stop() {
    driver.close();
    codec.close();
    telemetry.close();
  }

  @Test
  void the_topology_is_the_approved_one() throws IOException {
    try (var approved = getClass().getResourceAsStream("/endpoint-topology.txt")) {
      assertThat(topology().get().describe().toString().trim())
          .isEqualTo(new String(approved.readAllBytes(), StandardCharsets.UTF_8).trim());
    }
  }

  @Test
  void what_is_put_has_the_next_version() {
    put(0L, endpoint("p", "ep_1"));
    put(1L, WebhookEndpoint.newBuilder(endpoint("p", "ep_1")).setDescription("d").build());

    List<KeyValue<String, WebhookEndpoint>> written = written();
    assertThat(written).extracting(row -> row.key).containsOnly(KEY);
    assertThat(written).extracting(row -> row.value.getVersion()).containsExactly(1L, 2L);
    assertThat(written.get(1).value.getDescription()).isEqualTo("d");
    assertThat(deliveries.isEmpty()).isTrue();
  }

  @Test
  void a_change_of_another_version_is_dropped() {
    put(0L, endpoint("p", "ep_1"));
    put(0L, endpoint("p", "ep_1"));
    put(5L, endpoint("p", "ep_1"));
    send(command(EndpointAction.DELETE, 5L));
    send(disable(5L));

    assertThat(written()).hasSize(1);
    assertThat(deliveries.isEmpty()).isTrue();
    assertThat(deadLetters.isEmpty()).isTrue();
  }

  @Test
  void a_deleted_endpoint_is_a_tombstone_and_its_deliveries_are_canceled() {
    put(0L, endpoint("p", "ep_1"));
    written();

    send(command(EndpointAction.DELETE, null));

    assertThat(endpoints.readKeyValue()).isEqualTo(new KeyValue<>(KEY, null));
    DeliveryCommand cancel = delivery();
    assertThat(cancel.getAction()).isEqualTo(DeliveryAction.CANCEL);
    assertThat(cancel.getProject()).isEqualTo("p");
    assertThat(cancel.getEndpointId()).isEqualTo("ep_1");
    assertThat(cancel.getEventId()).isNull();

    send(command(EndpointAction.DELETE, null));
    assertThat(endpoints.isEmpty()).isTrue();
    put(0L, endpoint("p", "ep_1"));
    assertThat(written()).extracting(row -> row.value.getVersion()).containsExactly(1L);
  }

  @Test
  void a_disabled_endpoint_says_why_and_others_are_told() {
    put(0L, endpoint("p", "ep_1"));
    send(disable(1L));

    WebhookEndpoint disabled = written().get(1).value;
    assertThat(disabled.getEnabled()).isFalse();
    assertThat(disabled.getVersion()).isEqualTo(2);
    assertThat(disabled.getDisabledReason()).isEqualTo(DisabledReason.GONE);
    assertThat(disabled.getDisabledAt()).isEqualTo(START.plusSeconds(9));
    DeliveryCommand event = delivery();
    assertThat(event.getAction()).isEqualTo(DeliveryAction.SEND);
    assertThat(event.getEventType()).isEqualTo("endpoint.disabled");
    assertThat(event.getEndpointId()).isNull();
    assertThat(event.getEventId()).matches("evt_[A-Za-z0-9_-]{27}");
    assertThat(Json.parse(event.getBody().getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(
            Json.parse(
                """
                {"type":"endpoint.disabled","timestamp":"2026-02-01T00:00:09Z",
                 "data":{"endpointId":"ep_1","project":"p","url":"https://a.example/hook",
                         "reason":"GONE","disabledAt":"2026-02-01T00:00:09Z"}}"""
                    .getBytes(StandardCharsets.UTF_8)));
    assertThat(EndpointEvent.disabled(disabled).id()).isEqualTo(event.getEventId());

    send(disable(2L));
    assertThat(endpoints.isEmpty()).isTrue();
    assertThat(deliveries.isEmpty()).isTrue();
  }

  @Test
  void a_command_nobody_can_use_goes_to_dead_letters_and_the_next_is_applied() {
    commands.pipeInput(KEY, "nonsense".getBytes(StandardCharsets.UTF_8));
    commands.pipeInput(null, codec.encode(Topics.ENDPOINT_COMMANDS, disable(0L)));
    send(command(EndpointAction.PUT, 0L));
    send(
        EndpointCommand.newBuilder(command(EndpointAction.PUT, 0L))
            .setEndpoint(endpoint("other", "ep_1"))
            .build());
    put(0L, endpoint("p", "ep_1"));
    send(EndpointCommand.newBuilder(disable(1L)).setReason(null).build());

    assertThat(deadLetters.readKeyValuesToList()).hasSize(5);
    assertThat(written()).hasSize(1);
  }

  private EndpointTopology topology() {
    return new EndpointTopology(codec, telemetry);
  }

  private TestOutputTopic<String, byte[]> output(String topic) {
    return driver.createOutputTopic(topic, new StringDeserializer(), new ByteArrayDeserializer());
  }

  private void put(Long expected, WebhookEndpoint endpoint) {
    send(
        EndpointCommand.newBuilder(command(EndpointAction.PUT, expected))
            .setEndpoint(endpoint)
            .build());
  }

  private static EndpointCommand disable(Long expected) {
    return EndpointCommand.newBuilder(command(EndpointAction.DISABLE, expected))
        .setReason(DisabledReason.GONE)
        .build();
  }

  private static EndpointCommand command(EndpointAction action, Long expected) {
    return EndpointCommand.newBuilder()
        .setRequestId("r")
        .setAction(action)
        .setExpectedVersion(expected)
        .build();
  }

  private void send(EndpointCommand command) {
    commands.pipeInput(KEY, codec.encode(Topics.ENDPOINT_COMMANDS, command), START.plusSeconds(9));
  }

  private List<KeyValue<String, WebhookEndpoint>> written() {
    return endpoints.readKeyValuesToList().stream()
        .map(row -> new KeyValue<>(row.key, codec.decode(Topics.WEBHOOK_ENDPOINTS, row.value)))
        .toList();
  }

  private DeliveryCommand delivery() {
    return codec.decode(Topics.DELIVERY_COMMANDS, deliveries.readValue());
  }
}
