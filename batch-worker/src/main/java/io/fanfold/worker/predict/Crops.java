package io.fanfold.worker.predict;

import io.fanfold.worker.predict.ModerationModel.Region;
import java.util.ArrayList;
import java.util.List;

/** The parts of a picture that are compared with a target. */
final class Crops {
  private static final double[] SHARES = {1, 0.7};

  private Crops() {}

  /** The whole, then squares: the largest and smaller ones in the corners and the middle. */
  static List<Region> of(int width, int height) {
    List<Region> regions = new ArrayList<>();
    regions.add(Region.WHOLE);
    for (double share : SHARES) {
      double side = Math.min(width, height) * share;
      float w = (float) (side / width);
      float h = (float) (side / height);
      add(regions, (1 - w) / 2, (1 - h) / 2, w, h);
      add(regions, 0, 0, w, h);
      add(regions, 1 - w, 0, w, h);
      add(regions, 0, 1 - h, w, h);
      add(regions, 1 - w, 1 - h, w, h);
    }
    return regions;
  }

  private static void add(List<Region> regions, float x, float y, float width, float height) {
    Region region = new Region(x, y, x + width, y + height);
    // A square picture is its own largest square.
    if (!regions.contains(region)) {
      regions.add(region);
    }
  }
}
