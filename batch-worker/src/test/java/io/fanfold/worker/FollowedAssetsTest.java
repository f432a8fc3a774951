package io.fanfold.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fanfold.schemas.Asset;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Topics;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FollowedAssetsTest {

  private static final TopicPartition PARTITION = new TopicPartition(Topics.ASSETS.name(), 0);

  private final AvroCodec codec = new AvroCodec(Map.of("schema.registry.url", "mock://assets"));
  private final MockConsumer<String, byte[]> reader = new MockConsumer<>("earliest");
  private final FollowedAssets assets = new FollowedAssets(reader, codec);
  private final Thread loop = new Thread(assets::run);
  private long offset;

  @BeforeEach
  void prepare() {
    reader.updatePartitions(
        PARTITION.topic(), List.of(new PartitionInfo(PARTITION.topic(), 0, null, null, null)));
    reader.updateBeginningOffsets(Map.of(PARTITION, 0L));
    reader.updateEndOffsets(Map.of(PARTITION, 1L));
    loop.start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    assets.stop();
    loop.join();
  }

  @Test
  void assets_are_known_once_they_are_read_and_those_under_anothers_key_never() {
    assertThat(assets.check().check().ok()).isFalse();

    read("victim/2", asset("plant", 2));
    await().until(() -> assets.check().check().ok());
    assertThat(assets.tags().projects()).isZero();

    read("plant/2", asset("plant", 2));
    await().until(() -> assets.tags().projects() == 1);
  }

  private void read(String key, Asset asset) {
    long next = offset++;
    byte[] value = codec.encode(Topics.ASSETS, asset);
    await().until(() -> reader.assignment().contains(PARTITION));
    reader.schedulePollTask(
        () -> reader.addRecord(new ConsumerRecord<>(PARTITION.topic(), 0, next, key, value)));
  }

  private static Asset asset(String project, long id) {
    return Asset.newBuilder().setProject(project).setId(id).setName("A").build();
  }
}
