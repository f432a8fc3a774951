package io.fanfold.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TopicsTest {

  private static final Set<String> KNOWN_SETTINGS =
      Set.of(
          TopicConfig.CLEANUP_POLICY_CONFIG,
          TopicConfig.RETENTION_MS_CONFIG,
          TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
          TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG);

  static Stream<Topic<?>> topics() {
    return Topics.all().stream();
  }

  @Test
  void namesAreUnique() {
    List<String> names =
        Stream.concat(topics().map(Topic::name), Stream.of(Topics.DEAD_LETTERS)).toList();
    assertThat(names)
        .doesNotHaveDuplicates()
        .allSatisfy(name -> assertThat(name).matches("[a-z][a-z-]*"));
  }

  @Test
  void valuesAreUnique() {
    assertThat(topics().map(Topic::value)).doesNotHaveDuplicates();
  }

  @Test
  void topicsReadTogetherHaveEqualPartitions() {
    assertThat(
            Stream.of(
                Topics.JOB_SUBMISSIONS,
                Topics.JOB_COMMANDS,
                Topics.JOBS,
                Topics.SPLITS,
                Topics.ARTIFACTS,
                Topics.BATCHES,
                Topics.ITEM_RESULTS,
                Topics.BATCH_RESULTS,
                Topics.JOB_STATES))
        .extracting(Topic::partitions)
        .containsOnly(Topics.PARTITIONS);
  }

  @ParameterizedTest
  @MethodSource("topics")
  void settingsAreKafkas(Topic<?> topic) {
    assertThat(topic.config()).containsKey(TopicConfig.CLEANUP_POLICY_CONFIG);
    assertThat(KNOWN_SETTINGS).containsAll(topic.config().keySet());
    assertThat(topic.partitions()).isPositive();
  }

  @ParameterizedTest
  @MethodSource("topics")
  void theSchemaSaysItsTopic(Topic<?> topic) throws Exception {
    String doc = topic.value().getConstructor().newInstance().getSchema().getDoc();
    assertThat(doc).contains("Topic " + topic.name());
  }

  @Test
  void compactedTopicsAreKeptForever() {
    assertThat(topics())
        .filteredOn(topic -> "compact".equals(topic.config().get("cleanup.policy")))
        .isNotEmpty()
        .noneMatch(topic -> topic.config().containsKey("retention.ms"));
  }
}
