package io.fanfold.benchmarks;

import io.fanfold.kit.JobStates;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.FailureIsolation;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;
import io.fanfold.schemas.Topics;
import io.fanfold.schemas.Webhook;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * From a status change in {@code job-states} to the first byte at its receiver: one at a time, then
 * at a steady rate to twenty receivers, all of them healthy, and after three of them have become a
 * black hole, a dripper and one that always fails, with a backlog each. The same changes are sent
 * before and after; only the healthy ones' are measured.
 */
final class WebhooksScenario implements Scenario {

  private static final int RECEIVERS = 20;

  /** Jobs of each receiver, so that its events come from several partitions. */
  private static final int JOBS = 4;

  /** Status changes a second, of all healthy receivers. */
  private static final int RATE = 50;

  /** Sent to each bad receiver first: more than the dispatcher holds for one. */
  private static final int BACKLOG = 300;

  private static final int WAIT_SECONDS = 60;

  /** Writes status changes. */
  private static final class Changes implements AutoCloseable {

    private final AvroCodec codec;
    private final KafkaProducer<String, byte[]> producer;
    private final List<Job> jobs = new ArrayList<>();
    private final Map<String, Long> committed = new ConcurrentHashMap<>();
    private final PlainClients.Acknowledgements acknowledgements =
        new PlainClients.Acknowledgements();
    private long sequence;

    Changes(Installation installation) {
      this.codec = installation.codec();
      this.producer = PlainClients.producer(installation.kafka());
    }

    void announce(String project, WebhookReceivers receivers) throws ScenarioException {
      for (int i = 0; i < RECEIVERS * JOBS; i++) {
        Job job = job(i + 1, project, receivers.url(i % RECEIVERS));
        jobs.add(job);
        producer.send(
            new ProducerRecord<>(
                Topics.JOBS.name(), JobIds.key(job.getId()), codec.encode(Topics.JOBS, job)),
            acknowledgements);
      }
      flush();
    }

    /** Returns the event id. */
    String send(int receiver, int nth) {
      Job job = jobs.get(receiver + RECEIVERS * (nth % JOBS));
      sequence++;
      String event = JobStates.eventId(job.getProject(), job.getId(), sequence);
      JobState state =
          JobState.newBuilder(JobStates.queued(job))
              .setSequence(sequence)
              .setStatus(JobStatus.RUNNING)
              .setEventId(event)
              .build();
      producer.send(
          new ProducerRecord<>(
              Topics.JOB_STATES.name(),
              JobIds.key(job.getId()),
              codec.encode(Topics.JOB_STATES, state)),
          (metadata, exception) -> {
            committed.put(event, System.nanoTime());
            acknowledgements.onCompletion(metadata, exception);
          });
      return event;
    }

    void flush() throws ScenarioException {
      producer.flush();
      acknowledgements.check();
    }

    /** From the broker's acknowledgement to the first byte at the receiver; waits for that. */
    double millis(String event, WebhookReceivers receivers)
        throws ScenarioException, InterruptedException {
      long arrival = receivers.arrival(event, WAIT_SECONDS);
      return (arrival - committed.get(event)) / 1e6;
    }

    private static Job job(long id, String project, String url) {
      return Job.newBuilder()
          .setId(id)
          .setProject(project)
          .setTotalItems(1)
          .setBatchSize(1)
          .setBatchCount(1)
          .setFeatures(List.of())
          .setMetadata(Map.of())
          .setFailureIsolation(FailureIsolation.ITEM)
          .setWebhook(
              Webhook.newBuilder()
                  .setUrl(url)
                  .setSecret(WebhookSink.SECRET)
                  // The aggregator tells of job.queued by itself.
                  .setEvents(List.of("job.running"))
                  .build())
          .setCreatedAt(Instant.now())
          .build();
    }

    @Override
    public void close() {
      producer.close();
      codec.close();
    }
  }

  @Override
  public String name() {
    return "webhooks";
  }

  @Override
  public List<Measure> run(Installation installation, Settings settings)
      throws ScenarioException, InterruptedException {
    if (installation.processes().isEmpty()) {
      throw new ScenarioException("it writes job states itself, so only where all is its own");
    }
    var idle = new ArrayList<Double>();
    var alone = new ArrayList<Double>();
    var beside = new ArrayList<Double>();
    try (var receivers = new WebhookReceivers(RECEIVERS);
        var changes = new Changes(installation)) {
      changes.announce(Installation.freshProject(), receivers);
      // As long as what it is compared with, so that both are as warm.
      for (int round = 0; round < settings.rounds(); round++) {
        steady(changes, receivers, settings.seconds() * 4);
      }
      for (int i = 0; i < settings.samples(); i++) {
        String event = changes.send(WebhookReceivers.BAD + i % healthy(), i);
        changes.flush();
        idle.add(changes.millis(event, receivers));
      }
      for (int round = 0; round < settings.rounds(); round++) {
        alone.addAll(steady(changes, receivers, settings.seconds() * 4));
      }
      receivers.turnBad();
      for (int i = 0; i < BACKLOG * WebhookReceivers.BAD; i++) {
        changes.send(i % WebhookReceivers.BAD, i);
      }
      for (int round = 0; round < settings.rounds(); round++) {
        beside.addAll(steady(changes, receivers, settings.seconds() * 4));
      }
    }
    double ratio = new Samples(beside).percentile(99) / new Samples(alone).percentile(99);
    settings.say(
        "webhooks: idle p50 %.1f ms, p99 beside bad receivers %.1f ms, ratio %.2f",
        new Samples(idle).median(), new Samples(beside).percentile(99), ratio);
    String load =
        "%d changes a second to %d receivers, and as many each to %d more"
            .formatted(RATE, healthy(), WebhookReceivers.BAD);
    var measures = new ArrayList<Measure>();
    measures.addAll(
        new Samples(idle)
            .percentiles(name(), "state to first byte", "from the broker's acknowledgement"));
    measures.addAll(new Samples(alone).percentiles(name(), "healthy alone", load));
    measures.addAll(
        new Samples(beside)
            .percentiles(
                name(),
                "beside the bad",
                "the same, the three being a black hole, a dripper and a failing one"));
    measures.add(Measure.of(name(), "p99 beside / alone", ratio, ""));
    return measures;
  }

  /** Milliseconds of each change to one that stays healthy; returns when all have arrived. */
  private static List<Double> steady(Changes changes, WebhookReceivers receivers, int seconds)
      throws ScenarioException, InterruptedException {
    var sent = new ArrayList<String>();
    long start = System.nanoTime();
    for (int i = 0; i < seconds * RATE; i++) {
      LockSupport.parkNanos(start + i * 1_000_000_000L / RATE - System.nanoTime());
      sent.add(changes.send(WebhookReceivers.BAD + i % healthy(), i / healthy()));
      if (i % healthy() < WebhookReceivers.BAD) {
        changes.send(i % healthy(), i / healthy());
      }
    }
    changes.flush();
    var took = new ArrayList<Double>();
    for (String event : sent) {
      took.add(changes.millis(event, receivers));
    }
    return took;
  }

  private static int healthy() {
    return RECEIVERS - WebhookReceivers.BAD;
  }
}
