package io.fanfold.worker.predict;

import java.util.ArrayList;
import java.util.List;

/** Anchors and decoding of BlazeFace with a 256-pixel input: 16x16x2 and 8x8x6 anchors. */
final class BlazeFaceBoxes {
  static final int SIZE = 256;
  static final int KEYPOINTS = 6;
  private static final int NUMBERS = 4 + 2 * KEYPOINTS;

  private BlazeFaceBoxes() {}

  /**
   * @param map columns and rows of the feature map
   * @param perCell anchors per cell
   * @param logits one number per anchor
   * @param numbers sixteen per anchor, in pixels: centre, size, six keypoints
   */
  static List<Detection> decode(
      int map, int perCell, float[] logits, float[] numbers, float threshold) {
    List<Detection> found = new ArrayList<>();
    float least = Sigmoid.inverse(threshold);
    for (int i = 0; i < map * map * perCell; i++) {
      if (logits[i] < least) {
        continue;
      }
      int cell = i / perCell;
      float anchorX = (cell % map + 0.5f) / map;
      float anchorY = (cell / map + 0.5f) / map;
      int at = i * NUMBERS;
      float x = numbers[at] / SIZE + anchorX;
      float y = numbers[at + 1] / SIZE + anchorY;
      float halfWidth = numbers[at + 2] / SIZE / 2;
      float halfHeight = numbers[at + 3] / SIZE / 2;
      List<Detection.Keypoint> keypoints = new ArrayList<>();
      for (int k = 0; k < KEYPOINTS; k++) {
        keypoints.add(
            new Detection.Keypoint(
                numbers[at + 4 + 2 * k] / SIZE + anchorX,
                numbers[at + 5 + 2 * k] / SIZE + anchorY));
      }
      found.add(
          new Detection(
              0,
              Sigmoid.of(logits[i]),
              x - halfWidth,
              y - halfHeight,
              x + halfWidth,
              y + halfHeight,
              keypoints));
    }
    return found;
  }
}
