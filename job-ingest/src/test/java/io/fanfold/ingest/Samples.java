package io.fanfold.ingest;

import io.fanfold.kit.net.AddressGuard;
import io.fanfold.kit.net.UrlRules;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Feature;
import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.Item;
import io.fanfold.schemas.JobSubmission;
import io.fanfold.schemas.ParameterOffer;
import io.fanfold.schemas.ParameterType;
import io.fanfold.schemas.Topics;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/** What the tests here submit, and the rules they submit it under. */
final class Samples {

  static final int MAX_ITEMS = 1_000;

  /** One parameter of each type. */
  static final FeatureOffer TEXT =
      FeatureOffer.newBuilder()
          .setName("TextDetection")
          .setDescription("Finds text")
          .setModel("model")
          .setModelVersion("1.2")
          .setMediaTypes(List.of("image/jpeg", "image/png"))
          .setParameters(
              List.of(
                  parameter("threshold", ParameterType.NUMBER)
                      .setDefaultValue("0.5")
                      .setMinimum(0.0)
                      .setMaximum(1.0)
                      .build(),
                  parameter("lines", ParameterType.INTEGER).setMinimum(1.0).build(),
                  parameter("upright", ParameterType.BOOLEAN).build(),
                  parameter("language", ParameterType.STRING).build(),
                  parameter("words", ParameterType.STRINGS).setMaximum(2.0).build()))
          .build();

  static final FeatureOffer TARGETS =
      FeatureOffer.newBuilder(TEXT)
          .setName("TargetMatch")
          .setParameters(
              List.of(parameter("targets", ParameterType.STRINGS).setRequired(true).build()))
          .build();

  private Samples() {}

  static SubmissionRules rules() {
    return new SubmissionRules(
        MAX_ITEMS,
        UrlRules.webhooks(false, List.of("443", "8443"), AddressGuard.allowing(List.of())));
  }

  /** Good, with one item. */
  static JobSubmission.Builder submission() {
    return submission(1);
  }

  /** Good, with so many items. */
  static JobSubmission.Builder submission(int items) {
    return JobSubmission.newBuilder()
        .setItems(items(items))
        .setFeatures(List.of(new Feature("TextDetection", Map.of())));
  }

  static List<Item> items(int count) {
    return IntStream.range(0, count).mapToObj(i -> item("http://a.example/" + i)).toList();
  }

  static Item item(String uri) {
    return Item.newBuilder().setUri(uri).build();
  }

  /** The offers a job-ingest would have read from the features topic. */
  static FeatureOffers offers(AvroCodec codec, FeatureOffer... announced) {
    var consumer = new MockConsumer<String, byte[]>("earliest");
    var offers = new FeatureOffers(consumer, codec);
    var partition = new TopicPartition(Topics.FEATURES.name(), 0);
    consumer.updatePartitions(
        partition.topic(), List.of(new PartitionInfo(partition.topic(), 0, null, null, null)));
    consumer.updateBeginningOffsets(Map.of(partition, 0L));
    consumer.updateEndOffsets(Map.of(partition, 0L));
    consumer.schedulePollTask(
        () -> {
          for (int i = 0; i < announced.length; i++) {
            consumer.addRecord(
                new ConsumerRecord<>(
                    Topics.FEATURES.name(),
                    0,
                    i,
                    announced[i].getName(),
                    codec.encode(Topics.FEATURES, announced[i])));
          }
        });
    consumer.schedulePollTask(offers::stop);
    offers.run();
    return offers;
  }

  static AvroCodec codec(String scope) {
    return new AvroCodec(Map.of("schema.registry.url", "mock://" + scope));
  }

  /** One that nothing can be encoded or decoded with: its registry does not answer. */
  static AvroCodec codecWithoutRegistry() {
    return new AvroCodec(
        Map.of(
            "schema.registry.url",
            "http://127.0.0.1:9",
            "schema.registry.max.retries",
            "0",
            "schema.registry.request.timeout.total.ms",
            "2000"));
  }

  private static ParameterOffer.Builder parameter(String name, ParameterType type) {
    return ParameterOffer.newBuilder().setName(name).setType(type).setDescription(name);
  }
}
