package io.fanfold.ingest.dialect.edgeimpulse;

import io.fanfold.ingest.dialect.Dialect;
import io.fanfold.ingest.dialect.DialectParts;
import io.fanfold.ingest.dialect.Route;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Problem;
import io.javalin.http.Context;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;

/** Edge Impulse classify jobs. */
public final class EdgeImpulseDialect implements Dialect {

  public static final String NAME = "edgeimpulse";

  /** Reads the configuration; nothing is called yet. */
  public EdgeImpulseDialect(DialectParts parts) {}

  /** Its configuration keys. */
  public static ConfigDef define(ConfigDef definition) {
    return definition;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Route> routes() {
    return List.of();
  }

  @Override
  public void refuse(Context context, Problem problem) {
    HttpApi.answer(context, problem);
  }
}
