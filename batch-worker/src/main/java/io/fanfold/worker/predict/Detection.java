package io.fanfold.worker.predict;

import io.fanfold.schemas.Box;
import java.util.List;

/** Something found at a place. Coordinates as a model gives them: possibly outside 0..1. */
record Detection(
    int label,
    float score,
    float xMin,
    float yMin,
    float xMax,
    float yMax,
    List<Keypoint> keypoints) {

  record Keypoint(float x, float y) {}

  /** Side a box keeps when clamping would leave nothing of it. */
  private static final float LEAST_SIDE = 1e-4f;

  float area() {
    return Math.max(0, xMax - xMin) * Math.max(0, yMax - yMin);
  }

  float overlap(Detection other) {
    float width = Math.min(xMax, other.xMax) - Math.max(xMin, other.xMin);
    float height = Math.min(yMax, other.yMax) - Math.max(yMin, other.yMin);
    if (width <= 0 || height <= 0) {
      return 0;
    }
    float both = width * height;
    return both / (area() + other.area() - both);
  }

  Box box() {
    return box(xMin, yMin, xMax, yMax);
  }

  /** A box within the picture, never empty. */
  static Box box(float xMin, float yMin, float xMax, float yMax) {
    float left = Math.min(unit(xMin), 1 - LEAST_SIDE);
    float top = Math.min(unit(yMin), 1 - LEAST_SIDE);
    return new Box(
        left, top, Math.max(unit(xMax), left + LEAST_SIDE), Math.max(unit(yMax), top + LEAST_SIDE));
  }

  static float unit(float value) {
    return Math.max(0, Math.min(1, value));
  }
}
