package io.fanfold.webhook;

import java.util.Random;

/** The seed of a random test: printed, and settable with -Dfanfold.seed. */
final class Seed {

  private Seed() {}

  static Random random(Object test) {
    long seed = Long.getLong("fanfold.seed", System.nanoTime());
    System.out.println(test.getClass().getSimpleName() + ": -Dfanfold.seed=" + seed);
    return new Random(seed);
  }
}
