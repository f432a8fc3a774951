package io.fanfold.worker.predict;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Connected components, eight neighbours, of the cells of a map that exceed a threshold. */
final class Components {
  /**
   * @param cells indexes into the map
   * @param mean mean value of the cells
   */
  record Component(int[] cells, float mean) {}

  private Components() {}

  static List<Component> find(float[] map, int width, int height, float threshold) {
    boolean[] seen = new boolean[map.length];
    int[] queue = new int[map.length];
    List<Component> components = new ArrayList<>();
    for (int start = 0; start < width * height; start++) {
      if (seen[start] || map[start] <= threshold) {
        continue;
      }
      int head = 0;
      int tail = 0;
      double sum = 0;
      queue[tail++] = start;
      seen[start] = true;
      while (head < tail) {
        int cell = queue[head++];
        sum += map[cell];
        int x = cell % width;
        int y = cell / width;
        for (int ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
          for (int nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
            int next = ny * width + nx;
            if (!seen[next] && map[next] > threshold) {
              seen[next] = true;
              queue[tail++] = next;
            }
          }
        }
      }
      components.add(new Component(Arrays.copyOf(queue, tail), (float) (sum / tail)));
    }
    return components;
  }
}
