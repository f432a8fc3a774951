package io.fanfold.worker.predict;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A rectangle at any angle by its corners as they are read: top left first, then clockwise. */
record Quad(Corner topLeft, Corner topRight, Corner bottomRight, Corner bottomLeft) {

  record Corner(double x, double y) {
    double distance(Corner other) {
      return Math.hypot(x - other.x, y - other.y);
    }
  }

  double width() {
    return topLeft.distance(topRight);
  }

  double height() {
    return topLeft.distance(bottomLeft);
  }

  List<Corner> corners() {
    return List.of(topLeft, topRight, bottomRight, bottomLeft);
  }

  double left() {
    return corners().stream().mapToDouble(Corner::x).min().orElseThrow();
  }

  double right() {
    return corners().stream().mapToDouble(Corner::x).max().orElseThrow();
  }

  double top() {
    return corners().stream().mapToDouble(Corner::y).min().orElseThrow();
  }

  double bottom() {
    return corners().stream().mapToDouble(Corner::y).max().orElseThrow();
  }

  Quad scaled(double x, double y) {
    return new Quad(
        new Corner(topLeft.x * x, topLeft.y * y),
        new Corner(topRight.x * x, topRight.y * y),
        new Corner(bottomRight.x * x, bottomRight.y * y),
        new Corner(bottomLeft.x * x, bottomLeft.y * y));
  }

  /** A quarter turn: what was the right side becomes the top. */
  Quad turned() {
    return new Quad(topRight, bottomRight, bottomLeft, topLeft);
  }

  /** Every side moved out by a distance. */
  Quad grown(double distance) {
    double width = Math.max(width(), 1e-6);
    double height = Math.max(height(), 1e-6);
    double rightX = (topRight.x - topLeft.x) / width * distance;
    double rightY = (topRight.y - topLeft.y) / width * distance;
    double downX = (bottomLeft.x - topLeft.x) / height * distance;
    double downY = (bottomLeft.y - topLeft.y) / height * distance;
    return new Quad(
        new Corner(topLeft.x - rightX - downX, topLeft.y - rightY - downY),
        new Corner(topRight.x + rightX - downX, topRight.y + rightY - downY),
        new Corner(bottomRight.x + rightX + downX, bottomRight.y + rightY + downY),
        new Corner(bottomLeft.x - rightX + downX, bottomLeft.y - rightY + downY));
  }

  /** The smallest rectangle, at any angle, around points. */
  static Quad around(List<Corner> points) {
    List<Corner> hull = hull(points);
    if (hull.size() < 3) {
      return upright(hull);
    }
    Quad best = null;
    double bestArea = Double.MAX_VALUE;
    for (int i = 0; i < hull.size(); i++) {
      Corner a = hull.get(i);
      Corner b = hull.get((i + 1) % hull.size());
      double length = a.distance(b);
      double ux = (b.x - a.x) / length;
      double uy = (b.y - a.y) / length;
      double minU = Double.MAX_VALUE;
      double maxU = -Double.MAX_VALUE;
      double minV = Double.MAX_VALUE;
      double maxV = -Double.MAX_VALUE;
      for (Corner p : hull) {
        double u = p.x * ux + p.y * uy;
        double v = p.y * ux - p.x * uy;
        minU = Math.min(minU, u);
        maxU = Math.max(maxU, u);
        minV = Math.min(minV, v);
        maxV = Math.max(maxV, v);
      }
      double area = (maxU - minU) * (maxV - minV);
      if (area < bestArea) {
        bestArea = area;
        best =
            asRead(
                List.of(
                    at(minU, minV, ux, uy),
                    at(maxU, minV, ux, uy),
                    at(maxU, maxV, ux, uy),
                    at(minU, maxV, ux, uy)));
      }
    }
    return best;
  }

  private static Corner at(double u, double v, double ux, double uy) {
    return new Corner(u * ux - v * uy, u * uy + v * ux);
  }

  private static Quad upright(List<Corner> points) {
    double left = points.stream().mapToDouble(Corner::x).min().orElseThrow();
    double right = points.stream().mapToDouble(Corner::x).max().orElseThrow();
    double top = points.stream().mapToDouble(Corner::y).min().orElseThrow();
    double bottom = points.stream().mapToDouble(Corner::y).max().orElseThrow();
    return new Quad(
        new Corner(left, top),
        new Corner(right, top),
        new Corner(right, bottom),
        new Corner(left, bottom));
  }

  private static Quad asRead(List<Corner> corners) {
    List<Corner> byX =
        corners.stream().sorted(Comparator.comparing(Corner::x).thenComparing(Corner::y)).toList();
    boolean leftUpright = byX.get(0).y <= byX.get(1).y;
    boolean rightUpright = byX.get(2).y <= byX.get(3).y;
    return new Quad(
        byX.get(leftUpright ? 0 : 1),
        byX.get(rightUpright ? 2 : 3),
        byX.get(rightUpright ? 3 : 2),
        byX.get(leftUpright ? 1 : 0));
  }

  private static List<Corner> hull(List<Corner> points) {
    List<Corner> sorted =
        points.stream()
            .distinct()
            .sorted(Comparator.comparing(Corner::x).thenComparing(Corner::y))
            .toList();
    if (sorted.size() < 3) {
      return sorted;
    }
    List<Corner> hull = new ArrayList<>();
    for (int pass = 0; pass < 2; pass++) {
      int start = hull.size();
      for (int i = 0; i < sorted.size(); i++) {
        Corner point = sorted.get(pass == 0 ? i : sorted.size() - 1 - i);
        while (hull.size() >= start + 2
            && cross(hull.get(hull.size() - 2), hull.get(hull.size() - 1), point) <= 0) {
          hull.remove(hull.size() - 1);
        }
        hull.add(point);
      }
      // The last point of a pass is the first of the other.
      hull.remove(hull.size() - 1);
    }
    return hull;
  }

  private static double cross(Corner o, Corner a, Corner b) {
    return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
  }
}
