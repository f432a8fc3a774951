package io.fanfold.kit;

import io.fanfold.schemas.Topic;
import io.fanfold.schemas.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Creates the topics of the catalogue that are missing, and checks those that are there. */
public final class TopicCreator {

  private static final int TIMEOUT_SECONDS = 30;
  private static final long ASK_AGAIN_MILLIS = 50;

  private TopicCreator() {}

  /**
   * Leaves existing topics as they are. Safe to run from several services at once.
   *
   * @return how many partitions topics that are spread by key have
   * @throws ConfigException when existing topics that are read together differ in partitions
   * @throws KafkaUnavailableException when no broker answers in time
   */
  public static int ensureTopics(ServiceConfig config) {
    int partitions = config.getInt(ServiceConfig.TOPIC_PARTITIONS);
    Optional<Short> replication =
        Optional.of(config.getShort(ServiceConfig.TOPIC_REPLICATION)).filter(r -> r > 0);
    var wanted = new ArrayList<NewTopic>();
    for (Topic<?> topic : Topics.all()) {
      int count = topic.partitions() == Topics.PARTITIONS ? partitions : topic.partitions();
      wanted.add(
          new NewTopic(topic.name(), Optional.of(count), replication).configs(topic.config()));
    }
    wanted.add(
        new NewTopic(Topics.DEAD_LETTERS, Optional.of(1), replication)
            .configs(Topics.deadLettersConfig()));
    try (Admin admin = KafkaClients.admin(config)) {
      for (var creation : admin.createTopics(wanted).values().entrySet()) {
        try {
          creation.getValue().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof TopicExistsException)) {
            throw new KafkaUnavailableException(
                "cannot create topic " + creation.getKey() + ": " + e.getCause().getMessage(),
                e.getCause());
          }
        }
      }
      return checkPartitions(partitionCounts(admin, Topics.all()));
    } catch (ExecutionException e) {
      throw new KafkaUnavailableException(
          "cannot read the partitions of the topics: " + e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new KafkaUnavailableException(
          "no answer from Kafka at " + config.getList(ServiceConfig.BOOTSTRAP_SERVERS), e);
    } catch (ConfigException e) {
      throw e;
    } catch (KafkaException e) {
      // A client is not even made when none of its brokers' names resolves.
      Throwable reason = e.getCause() == null ? e : e.getCause();
      throw new KafkaUnavailableException(
          "no client for Kafka at "
              + config.getList(ServiceConfig.BOOTSTRAP_SERVERS)
              + ": "
              + reason.getMessage(),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaUnavailableException("interrupted while creating topics", e);
    }
  }

  private static Map<String, Integer> partitionCounts(Admin admin, List<Topic<?>> topics)
      throws ExecutionException, InterruptedException, TimeoutException {
    var counts = new TreeMap<String, Integer>();
    var names = topics.stream().map(Topic::name).toList();
    onceKnown(() -> admin.describeTopics(names).allTopicNames())
        .forEach((name, description) -> counts.put(name, description.partitions().size()));
    return counts;
  }

  /**
   * The answer to a question about topics that are there. One that was made a moment ago is not
   * known to every broker yet, which is no error of the client's to retry.
   */
  static <T> T onceKnown(Supplier<KafkaFuture<T>> question)
      throws ExecutionException, InterruptedException, TimeoutException {
    long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
    while (true) {
      try {
        return question.get().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        boolean unknown = e.getCause() instanceof UnknownTopicOrPartitionException;
        if (!unknown || System.nanoTime() - giveUp > 0) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(ASK_AGAIN_MILLIS);
      }
    }
  }

  /** Topics that are spread by key are read together, so they need as many partitions each. */
  static int checkPartitions(Map<String, Integer> counts) {
    var spread = new TreeMap<String, Integer>();
    for (Topic<?> topic : Topics.all()) {
      if (topic.partitions() == Topics.PARTITIONS) {
        spread.put(topic.name(), counts.get(topic.name()));
      }
    }
    if (spread.values().stream().distinct().count() > 1) {
      throw new ConfigException(
          "these topics must have the same number of partitions, but have " + spread);
    }
    return spread.values().iterator().next();
  }
}
