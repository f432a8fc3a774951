package io.fanfold.ingest;

import io.fanfold.ingest.dialect.Dialect;
import io.fanfold.ingest.dialect.DialectParts;
import io.fanfold.kit.RecordSender;
import io.fanfold.kit.Service;
import io.fanfold.kit.ServiceConfig;
import io.fanfold.schemas.AvroCodec;
import java.time.Clock;
import java.util.Map;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Dialects as the configuration makes them, without anything behind. */
final class DialectSamples {

  private DialectSamples() {}

  static Dialect dialect(String name) {
    ServiceConfig config =
        ServiceConfig.of(
            JobIngestConfig.definition(),
            Map.of(
                ServiceConfig.BOOTSTRAP_SERVERS,
                "127.0.0.1:9092",
                ServiceConfig.SCHEMA_REGISTRY_URL,
                "mock://dialects",
                JobIngestConfig.DIALECTS,
                name,
                JobIngestConfig.DIALECTS_OPEN,
                "true"));
    AvroCodec codec = Samples.codec("dialects");
    var producer =
        new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
    var sender = new RecordSender(codec, producer);
    var parts =
        new DialectParts(
            config, null, null, sender, codec, new Service("dialects"), Clock.systemUTC());
    return Dialects.of(parts).get(0);
  }
}
