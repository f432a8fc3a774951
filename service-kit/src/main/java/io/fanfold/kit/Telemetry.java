package io.fanfold.kit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.streams.KafkaStreams;

/**
 * Where a process counts. One per process: services that share a JVM share it, so that any of their
 * {@code /metrics} shows the whole.
 */
public final class Telemetry implements AutoCloseable {

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final List<AutoCloseable> binders = new ArrayList<>();
  private final Map<Producer<?, ?>, KafkaClientMetrics> producers = new IdentityHashMap<>();

  public Telemetry() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    var gc = new JvmGcMetrics();
    gc.bindTo(registry);
    binders.add(gc);
  }

  /**
   * @param tagValues one for each of the meter's tags, in order
   */
  public Counter counter(Meters meter, String... tagValues) {
    require(meter, Meters.Type.COUNTER);
    return Counter.builder(meter.id())
        .description(meter.description())
        .tags(tags(meter, tagValues))
        .register(registry);
  }

  /**
   * @param tagValues one for each of the meter's tags, in order
   */
  public Timer timer(Meters meter, String... tagValues) {
    require(meter, Meters.Type.TIMER);
    return Timer.builder(meter.id())
        .description(meter.description())
        .tags(tags(meter, tagValues))
        .register(registry);
  }

  public <T> void gauge(Meters meter, T source, ToDoubleFunction<T> value) {
    require(meter, Meters.Type.GAUGE);
    Gauge.builder(meter.id(), source, value).description(meter.description()).register(registry);
  }

  public synchronized void bind(Consumer<?, ?> consumer) {
    add(new KafkaClientMetrics(consumer));
  }

  public synchronized void bind(Producer<?, ?> producer) {
    var binder = new KafkaClientMetrics(producer);
    add(binder);
    producers.put(producer, binder);
  }

  /** Lets go of a producer that another is about to take the place of. */
  public synchronized void unbind(Producer<?, ?> producer) {
    KafkaClientMetrics binder = producers.remove(producer);
    if (binder != null) {
      binders.remove(binder);
      binder.close();
    }
  }

  public synchronized void bind(KafkaStreams streams) {
    var binder = new KafkaStreamsMetrics(streams);
    binder.bindTo(registry);
    binders.add(binder);
  }

  /** Everything in Prometheus' text format. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public synchronized void close() {
    for (AutoCloseable binder : binders) {
      try {
        binder.close();
      } catch (Exception e) {
        throw new ServiceException("cannot close metrics", e);
      }
    }
    registry.close();
  }

  private void add(KafkaClientMetrics binder) {
    binder.bindTo(registry);
    binders.add(binder);
  }

  private static void require(Meters meter, Meters.Type type) {
    if (meter.type() != type) {
      throw new IllegalArgumentException(meter + " is a " + meter.type());
    }
  }

  private static Tags tags(Meters meter, String... values) {
    if (values.length != meter.tags().size()) {
      throw new IllegalArgumentException(meter + " has the tags " + meter.tags());
    }
    var tags = new ArrayList<Tag>();
    for (int i = 0; i < values.length; i++) {
      tags.add(Tag.of(meter.tags().get(i), values[i]));
    }
    return Tags.of(tags);
  }
}
