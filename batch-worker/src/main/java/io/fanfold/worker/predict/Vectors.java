package io.fanfold.worker.predict;

/** Vectors to compare contents by. */
final class Vectors {
  private Vectors() {}

  /** The vector at length 1; zeros stay zeros. */
  static float[] normalized(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    float[] result = new float[vector.length];
    if (squares > 0) {
      double length = Math.sqrt(squares);
      for (int i = 0; i < vector.length; i++) {
        result[i] = (float) (vector[i] / length);
      }
    }
    return result;
  }

  /** Cosine of the angle between two vectors of length 1. */
  static float cosine(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return (float) sum;
  }
}
