package io.fanfold.ingest;

import io.fanfold.ingest.dialect.Dialect;
import io.fanfold.ingest.dialect.DialectConfig;
import io.fanfold.ingest.dialect.DialectParts;
import io.fanfold.ingest.dialect.cognite.CogniteDialect;
import io.fanfold.ingest.dialect.deepva.DeepVaDialect;
import io.fanfold.ingest.dialect.edgeimpulse.EdgeImpulseDialect;
import io.fanfold.ingest.dialect.imageintelligence.ImageIntelligenceDialect;
import io.fanfold.ingest.dialect.rekognition.RekognitionDialect;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;

/** Which dialects there are. */
final class Dialects {

  static final List<String> NAMES =
      List.of(
          CogniteDialect.NAME,
          DeepVaDialect.NAME,
          RekognitionDialect.NAME,
          ImageIntelligenceDialect.NAME,
          EdgeImpulseDialect.NAME);

  private Dialects() {}

  static ConfigDef define(ConfigDef definition) {
    DialectConfig.define(definition);
    CogniteDialect.define(definition);
    DeepVaDialect.define(definition);
    RekognitionDialect.define(definition);
    ImageIntelligenceDialect.define(definition);
    return EdgeImpulseDialect.define(definition);
  }

  /** Those the configuration names. */
  static List<Dialect> of(DialectParts parts) {
    return parts.config().getList(JobIngestConfig.DIALECTS).stream()
        .map(name -> dialect(name, parts))
        .toList();
  }

  private static Dialect dialect(String name, DialectParts parts) {
    return switch (name) {
      case CogniteDialect.NAME -> new CogniteDialect(parts);
      case DeepVaDialect.NAME -> new DeepVaDialect(parts);
      case RekognitionDialect.NAME -> new RekognitionDialect(parts);
      case ImageIntelligenceDialect.NAME -> new ImageIntelligenceDialect(parts);
      case EdgeImpulseDialect.NAME -> new EdgeImpulseDialect(parts);
      default -> throw new IllegalArgumentException(name);
    };
  }
}
