package io.fanfold.worker.predict;

import java.util.ArrayList;
import java.util.List;

/** Anchors and decoding of TensorFlow's SSD with six feature maps. */
final class SsdBoxes {
  /** A place boxes are told relative to. */
  record Anchor(float x, float y, float width, float height) {}

  private static final int[] MAPS = {19, 10, 5, 3, 2, 1};
  private static final double MIN_SCALE = 0.2;
  private static final double MAX_SCALE = 0.95;
  private static final double[] LOWEST_RATIOS = {1, 2, 0.5};
  private static final double[] RATIOS = {1, 2, 0.5, 3, 1 / 3.0};
  private static final float CENTER_SCALE = 10;
  private static final float SIZE_SCALE = 5;

  static final List<Anchor> ANCHORS = anchors();

  private SsdBoxes() {}

  private static List<Anchor> anchors() {
    List<Anchor> anchors = new ArrayList<>();
    for (int map = 0; map < MAPS.length; map++) {
      int size = MAPS[map];
      double scale = scale(map);
      for (int y = 0; y < size; y++) {
        for (int x = 0; x < size; x++) {
          double centerX = (x + 0.5) / size;
          double centerY = (y + 0.5) / size;
          if (map == 0) {
            // The lowest map has three boxes only, its square one at half scale.
            for (double ratio : LOWEST_RATIOS) {
              anchors.add(anchor(centerX, centerY, ratio == 1 ? scale / 2 : scale, ratio));
            }
          } else {
            for (double ratio : RATIOS) {
              anchors.add(anchor(centerX, centerY, scale, ratio));
            }
            double next = map + 1 < MAPS.length ? scale(map + 1) : 1;
            anchors.add(anchor(centerX, centerY, Math.sqrt(scale * next), 1));
          }
        }
      }
    }
    return List.copyOf(anchors);
  }

  private static double scale(int map) {
    return MIN_SCALE + (MAX_SCALE - MIN_SCALE) * map / (MAPS.length - 1);
  }

  private static Anchor anchor(double x, double y, double scale, double ratio) {
    double root = Math.sqrt(ratio);
    return new Anchor((float) x, (float) y, (float) (scale * root), (float) (scale / root));
  }

  /**
   * @param boxes four numbers per anchor: y, x, height, width
   * @param logits one number per anchor and class; class 0 is background
   */
  static List<Detection> decode(float[] boxes, float[] logits, int classes, float threshold) {
    List<Detection> found = new ArrayList<>();
    float least = Sigmoid.inverse(threshold);
    for (int i = 0; i < ANCHORS.size(); i++) {
      for (int label = 1; label < classes; label++) {
        float logit = logits[i * classes + label];
        if (logit >= least) {
          found.add(decode(ANCHORS.get(i), boxes, i * 4, label, Sigmoid.of(logit)));
        }
      }
    }
    return found;
  }

  private static Detection decode(Anchor anchor, float[] boxes, int at, int label, float score) {
    float y = boxes[at] / CENTER_SCALE * anchor.height() + anchor.y();
    float x = boxes[at + 1] / CENTER_SCALE * anchor.width() + anchor.x();
    float height = (float) Math.exp(boxes[at + 2] / SIZE_SCALE) * anchor.height();
    float width = (float) Math.exp(boxes[at + 3] / SIZE_SCALE) * anchor.width();
    return new Detection(
        label, score, x - width / 2, y - height / 2, x + width / 2, y + height / 2, List.of());
  }
}
