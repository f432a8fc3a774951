package io.fanfold.worker.signal;

import java.util.List;

/** Brings features to mean 0 and deviation 1, as they were in training. */
record Standardisation(float[] means, float[] deviations) {

  /** Of a feature that hardly varies, a little change would count for everything. */
  private static final float LEAST_DEVIATION = 1e-3f;

  /** So that distances stay finite whatever a sensor says. */
  private static final double MOST = 1e6;

  static Standardisation of(List<double[]> rows) {
    int features = rows.get(0).length;
    float[] means = new float[features];
    float[] deviations = new float[features];
    for (int f = 0; f < features; f++) {
      double sum = 0;
      for (double[] row : rows) {
        sum += row[f];
      }
      double mean = sum / rows.size();
      double squares = 0;
      for (double[] row : rows) {
        squares += (row[f] - mean) * (row[f] - mean);
      }
      means[f] = (float) mean;
      deviations[f] = Math.max(LEAST_DEVIATION, (float) Math.sqrt(squares / rows.size()));
    }
    return new Standardisation(means, deviations);
  }

  float[] apply(double[] features) {
    float[] standard = new float[features.length];
    for (int f = 0; f < features.length; f++) {
      double value = (features[f] - means[f]) / deviations[f];
      standard[f] = (float) Math.max(-MOST, Math.min(MOST, value));
    }
    return standard;
  }
}
