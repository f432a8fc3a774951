package io.fanfold.worker.predict;

import io.fanfold.worker.predict.Quad.Corner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Where text is, from the map that says how much of it is at each place. */
final class TextRegions {
  private static final float CELL_THRESHOLD = 0.3f;
  private static final float REGION_THRESHOLD = 0.6f;

  /** The map shows lines thinner than they are. */
  private static final double GROWTH = 1.6;

  private static final double LEAST_SIDE = 3;

  private TextRegions() {}

  /** Lines in reading order, in cells of the map. */
  static List<Quad> find(float[] map, int width, int height) {
    List<Quad> regions = new ArrayList<>();
    for (Components.Component component : Components.find(map, width, height, CELL_THRESHOLD)) {
      if (component.mean() < REGION_THRESHOLD) {
        continue;
      }
      Quad core = Quad.around(outline(component.cells(), width));
      if (Math.min(core.width(), core.height()) < LEAST_SIDE) {
        continue;
      }
      double perimeter = 2 * (core.width() + core.height());
      regions.add(core.grown(core.width() * core.height() * GROWTH / perimeter));
    }
    return inReadingOrder(regions);
  }

  /** The outer edges of the first and last cell of every row; the hull needs no others. */
  private static List<Corner> outline(int[] cells, int width) {
    int top = Integer.MAX_VALUE;
    int bottom = -1;
    for (int cell : cells) {
      top = Math.min(top, cell / width);
      bottom = Math.max(bottom, cell / width);
    }
    int[] first = new int[bottom - top + 1];
    int[] last = new int[bottom - top + 1];
    Arrays.fill(first, Integer.MAX_VALUE);
    for (int cell : cells) {
      int row = cell / width - top;
      first[row] = Math.min(first[row], cell % width);
      last[row] = Math.max(last[row], cell % width);
    }
    List<Corner> corners = new ArrayList<>();
    for (int row = 0; row < first.length; row++) {
      for (int edge = 0; edge < 2; edge++) {
        corners.add(new Corner(first[row], top + row + edge));
        corners.add(new Corner(last[row] + 1, top + row + edge));
      }
    }
    return corners;
  }

  /** Rows from the top, each from the left. Quads share a row when their middles are close. */
  static List<Quad> inReadingOrder(List<Quad> quads) {
    List<Quad> fromTop = new ArrayList<>(quads);
    fromTop.sort(Comparator.comparingDouble(TextRegions::middle));
    List<Quad> ordered = new ArrayList<>();
    List<Quad> row = new ArrayList<>();
    for (Quad quad : fromTop) {
      if (!row.isEmpty()) {
        Quad first = row.get(0);
        double height = Math.min(first.height(), quad.height());
        if (middle(quad) - middle(first) > height / 2) {
          flush(row, ordered);
        }
      }
      row.add(quad);
    }
    flush(row, ordered);
    return ordered;
  }

  private static void flush(List<Quad> row, List<Quad> ordered) {
    row.sort(Comparator.comparingDouble(Quad::left));
    ordered.addAll(row);
    row.clear();
  }

  private static double middle(Quad quad) {
    return (quad.top() + quad.bottom()) / 2;
  }
}
