package io.fanfold.ingest.dialect.edgeimpulse;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times as clients recognize them: with more than three decimals they take them for texts. */
final class Times {

  private Times() {}

  static String text(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MILLIS).toString();
  }
}
