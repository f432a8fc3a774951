package io.fanfold.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fanfold.schemas.Topic;
import io.fanfold.schemas.Topics;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;

final class TopicCreatorTest {

  private final Map<String, Integer> counts = new TreeMap<>();

  @Test
  void a_broker_whose_name_does_not_resolve_is_named() {
    ServiceConfig config =
        ServiceConfig.of(
            ServiceConfig.common(8080),
            Map.of(
                ServiceConfig.BOOTSTRAP_SERVERS, "no-broker.invalid:9092",
                ServiceConfig.SCHEMA_REGISTRY_URL, "http://localhost:8081"));

    assertThatThrownBy(() -> TopicCreator.ensureTopics(config))
        .isInstanceOf(KafkaUnavailableException.class)
        .hasMessageContaining("no-broker.invalid:9092")
        .hasMessageContaining("No resolvable bootstrap urls");
  }

  @Test
  void a_topic_that_a_broker_has_not_heard_of_yet_is_asked_for_again() throws Exception {
    var asked = new AtomicInteger();

    String answer =
        TopicCreator.onceKnown(
            () -> {
              var future = new KafkaFutureImpl<String>();
              if (asked.incrementAndGet() < 3) {
                future.completeExceptionally(new UnknownTopicOrPartitionException("not yet"));
              } else {
                future.complete("known");
              }
              return future;
            });

    assertThat(answer).isEqualTo("known");
    assertThat(asked).hasValue(3);
  }

  @Test
  void what_else_is_wrong_is_not_asked_again() {
    var refused = new KafkaFutureImpl<String>();
    refused.completeExceptionally(new TopicAuthorizationException("no"));

    assertThatThrownBy(() -> TopicCreator.onceKnown(() -> refused))
        .hasCauseInstanceOf(TopicAuthorizationException.class);
  }

  @Test
  void the_partitions_that_topics_spread_by_key_share_are_found() {
    all(24);
    counts.put("features", 1);

    assertThat(TopicCreator.checkPartitions(counts)).isEqualTo(24);
  }

  @Test
  void topics_that_differ_are_named_with_their_partitions() {
    all(8);
    counts.put("batches", 12);

    assertThatThrownBy(() -> TopicCreator.checkPartitions(counts))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("batches=12")
        .hasMessageContaining("jobs=8")
        .hasMessageNotContaining("features");
  }

  @Test
  void a_topic_on_one_partition_may_differ() {
    all(8);
    counts.put("features", 3);

    assertThat(TopicCreator.checkPartitions(counts)).isEqualTo(8);
  }

  private void all(int partitions) {
    for (Topic<?> topic : Topics.all()) {
      counts.put(topic.name(), partitions);
    }
  }
}
