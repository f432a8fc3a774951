package io.fanfold.worker.signal;

import java.util.Map;

/**
 * What a model says of one window.
 *
 * @param startMs from the beginning of the sample
 * @param endMs first millisecond after it
 * @param scores of every label, in the model's order; they sum to 1
 * @param anomaly distance from what training has seen, in deviations; negative inside of it
 * @param padded whether the sample ended before the window did
 */
public record Window(
    long startMs, long endMs, Map<String, Float> scores, float anomaly, boolean padded) {

  /** The label with the highest score, the first of equals. */
  public String best() {
    String best = null;
    float most = Float.NEGATIVE_INFINITY;
    for (Map.Entry<String, Float> score : scores.entrySet()) {
      if (score.getValue() > most) {
        best = score.getKey();
        most = score.getValue();
      }
    }
    return best;
  }

  /** The highest score. */
  public float confidence() {
    return scores.get(best());
  }

  /**
   * @param threshold least confidence that counts
   */
  public String label(double threshold) {
    return confidence() >= threshold ? best() : SignalModel.UNCERTAIN;
  }
}
