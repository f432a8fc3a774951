package io.fanfold.ingest.dialect;

import io.fanfold.ingest.files.FileRegistry;
import io.fanfold.kit.RecordSender;
import io.fanfold.kit.Service;
import io.fanfold.kit.ServiceConfig;
import io.fanfold.schemas.AvroCodec;
import java.time.Clock;

/**
 * What a dialect can be made of.
 *
 * @param service where loops that a dialect needs are added, as to follow a topic
 */
public record DialectParts(
    ServiceConfig config,
    Jobs jobs,
    FileRegistry files,
    RecordSender sender,
    AvroCodec codec,
    Service service,
    Clock clock) {

  /** Whether any well-formed credential is taken. */
  public boolean open() {
    return config.getBoolean(DialectConfig.OPEN);
  }
}
