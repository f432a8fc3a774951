package io.fanfold.worker.predict;

/** Logits to probabilities and back. */
final class Sigmoid {
  private Sigmoid() {}

  static float of(float logit) {
    return (float) (1 / (1 + Math.exp(-logit)));
  }

  static float inverse(float probability) {
    return (float) Math.log(probability / (1 - probability));
  }
}
