package io.fanfold.worker.signal;

/** Says how likely each label is. */
sealed interface Classifier {

  /** Scores that sum to 1, in the order of the labels. */
  float[] scores(float[] features);

  /**
   * Multinomial logistic regression.
   *
   * @param weights label by label
   */
  record Linear(float[][] weights, float[] biases) implements Classifier {

    @Override
    public float[] scores(float[] features) {
      double[] sums = new double[biases.length];
      for (int label = 0; label < sums.length; label++) {
        double sum = biases[label];
        for (int f = 0; f < features.length; f++) {
          sum += weights[label][f] * features[f];
        }
        sums[label] = sum;
      }
      return softmax(sums);
    }
  }

  /**
   * The same with weights and features of eight bits, multiplied and summed as integers.
   *
   * @param steps what one step of each label's weights is worth
   */
  record Quantised(byte[][] weights, float[] steps, float[] biases) implements Classifier {

    /** Standardised features are cut off here; few go further, and then they say enough. */
    private static final float FEATURE_RANGE = 8;

    private static final float FEATURE_STEP = FEATURE_RANGE / Byte.MAX_VALUE;

    static Quantised of(Linear linear) {
      int labels = linear.biases().length;
      byte[][] weights = new byte[labels][];
      float[] steps = new float[labels];
      for (int label = 0; label < labels; label++) {
        float most = Float.MIN_NORMAL;
        for (float weight : linear.weights()[label]) {
          most = Math.max(most, Math.abs(weight));
        }
        steps[label] = most / Byte.MAX_VALUE;
        weights[label] = quantised(linear.weights()[label], steps[label]);
      }
      return new Quantised(weights, steps, linear.biases());
    }

    @Override
    public float[] scores(float[] features) {
      byte[] small = quantised(features, FEATURE_STEP);
      double[] sums = new double[biases.length];
      for (int label = 0; label < sums.length; label++) {
        int sum = 0;
        for (int f = 0; f < small.length; f++) {
          sum += weights[label][f] * small[f];
        }
        sums[label] = (double) sum * steps[label] * FEATURE_STEP + biases[label];
      }
      return softmax(sums);
    }

    private static byte[] quantised(float[] values, float step) {
      byte[] small = new byte[values.length];
      for (int i = 0; i < values.length; i++) {
        int rounded = Math.round(values[i] / step);
        small[i] = (byte) Math.max(-Byte.MAX_VALUE, Math.min(Byte.MAX_VALUE, rounded));
      }
      return small;
    }
  }

  private static float[] softmax(double[] sums) {
    double most = Double.NEGATIVE_INFINITY;
    for (double sum : sums) {
      most = Math.max(most, sum);
    }
    double total = 0;
    double[] powers = new double[sums.length];
    for (int i = 0; i < sums.length; i++) {
      powers[i] = Math.exp(sums[i] - most);
      total += powers[i];
    }
    float[] scores = new float[sums.length];
    for (int i = 0; i < sums.length; i++) {
      scores[i] = (float) (powers[i] / total);
    }
    return scores;
  }
}
