package io.fanfold.worker.signal;

/**
 * Where the windows of training lie.
 *
 * @param centres of the clusters
 * @param radii how far from its centre the farthest window of a cluster was
 */
record Clusters(float[][] centres, float[] radii) {

  /**
   * How far outside of the nearest cluster; negative inside. The measure of Edge Impulse's K-means
   * block, but for the distance.
   */
  float anomaly(float[] features) {
    double least = Double.POSITIVE_INFINITY;
    for (int c = 0; c < centres.length; c++) {
      least = Math.min(least, distance(centres[c], features) - radii[c]);
    }
    return (float) least;
  }

  /** Per feature, so that one threshold does for models of few features and of many. */
  static double distance(float[] a, float[] b) {
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = (double) a[i] - b[i];
      squares += difference * difference;
    }
    return Math.sqrt(squares / a.length);
  }
}
