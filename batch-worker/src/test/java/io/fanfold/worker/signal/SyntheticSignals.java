package io.fanfold.worker.signal;

import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;

/**
 * How the samples in samples/signals are made: an accelerometer that somebody moves, as a formula
 * with noise. The same seed gives the same bytes on any machine.
 *
 * <ul>
 *   <li>idle: on a table that is knocked at now and then
 *   <li>wave: from side to side, 1.5 to 2.3 times a second
 *   <li>snake: slow bends along two axes, one every 1 to 1.7 seconds
 *   <li>odd: shaken hard, 9 to 12 times a second, along all axes; nothing of the kind is in
 *       training
 * </ul>
 */
final class SyntheticSignals {
  static final double INTERVAL_MS = 16;
  static final int ROWS = 625;
  private static final double GRAVITY = 9.81;
  private static final String[] SENSORS = {"accX", "accY", "accZ"};

  private final Random random;

  SyntheticSignals(long seed) {
    this.random = new Random(seed);
  }

  /** Path below samples/signals, and content. */
  static Map<String, String> files() {
    Map<String, String> files = new TreeMap<>();
    String[] labels = {"idle", "wave", "snake"};
    for (int label = 0; label < labels.length; label++) {
      for (int i = 1; i <= 7; i++) {
        var signals = new SyntheticSignals(100L * label + i);
        double[][] rows = signals.rows(labels[label], ROWS);
        String name = labels[label] + "." + i;
        // One sample of each label is CSV.
        files.put(
            (i <= 5 ? "training/" : "testing/") + name + (i == 7 ? ".csv" : ".json"),
            i == 7 ? csv(rows) : json(rows));
      }
    }
    files.put("odd.json", json(new SyntheticSignals(900).rows("odd", ROWS)));
    return files;
  }

  double[][] rows(String label, int count) {
    double tiltX = 0.15 * random.nextGaussian();
    double tiltY = 0.15 * random.nextGaussian();
    IntToDoubleFunction[] axes = axes(label);
    double[][] rows = new double[count][3];
    for (int i = 0; i < count; i++) {
      rows[i][0] = GRAVITY * StrictMath.sin(tiltX) + axes[0].applyAsDouble(i) + noise();
      rows[i][1] = GRAVITY * StrictMath.sin(tiltY) + axes[1].applyAsDouble(i) + noise();
      rows[i][2] = GRAVITY * StrictMath.cos(tiltX) + axes[2].applyAsDouble(i) + noise();
    }
    return rows;
  }

  private double noise() {
    return 0.06 * random.nextGaussian();
  }

  private IntToDoubleFunction[] axes(String label) {
    return switch (label) {
      case "idle" -> idle();
      case "wave" -> wave();
      case "snake" -> snake();
      case "odd" -> odd();
      default -> throw new IllegalArgumentException(label);
    };
  }

  private IntToDoubleFunction[] idle() {
    int every = 150 + random.nextInt(200);
    double hard = between(0.2, 0.6);
    IntToDoubleFunction knock = i -> i % every < 4 ? hard : 0;
    return new IntToDoubleFunction[] {i -> 0, i -> 0, knock};
  }

  private IntToDoubleFunction[] wave() {
    double far = between(4.5, 8);
    IntToDoubleFunction phase = phase(between(1.5, 2.3));
    return new IntToDoubleFunction[] {
      i -> far * StrictMath.sin(phase.applyAsDouble(i)),
      i -> 0.2 * far * StrictMath.sin(phase.applyAsDouble(i) + 0.7),
      i -> 0.3 * far * StrictMath.cos(2 * phase.applyAsDouble(i))
    };
  }

  private IntToDoubleFunction[] snake() {
    double far = between(2.5, 5);
    IntToDoubleFunction phase = phase(between(0.6, 1));
    return new IntToDoubleFunction[] {
      i -> far * StrictMath.sin(phase.applyAsDouble(i)),
      i -> 0.8 * far * StrictMath.cos(phase.applyAsDouble(i)),
      i -> 0.1 * far * StrictMath.sin(3 * phase.applyAsDouble(i))
    };
  }

  private IntToDoubleFunction[] odd() {
    double far = between(15, 20);
    IntToDoubleFunction phase = phase(between(9, 12));
    return new IntToDoubleFunction[] {
      i -> far * StrictMath.sin(phase.applyAsDouble(i)),
      i -> far * StrictMath.cos(phase.applyAsDouble(i) + 1),
      i -> far * StrictMath.sin(phase.applyAsDouble(i) + 2)
    };
  }

  /** Nobody moves like a clock: the pace drifts by a tenth and back. */
  private IntToDoubleFunction phase(double hertz) {
    double start = between(0, 2 * Math.PI);
    double drift = between(0.1, 0.3);
    return i -> {
      double seconds = i * INTERVAL_MS / 1000;
      return start
          + 2 * Math.PI * hertz * (seconds + 0.1 / drift * StrictMath.sin(drift * seconds));
    };
  }

  private double between(double least, double most) {
    return least + (most - least) * random.nextDouble();
  }

  static String json(double[][] rows) {
    var text = new StringBuilder();
    text.append("{\"protected\":{\"ver\":\"v1\",\"alg\":\"none\"},\"signature\":\"\",\"payload\":{")
        .append("\"device_name\":\"synthetic\",\"device_type\":\"FANFOLD\",\"interval_ms\":16,")
        .append("\"sensors\":[");
    for (int axis = 0; axis < SENSORS.length; axis++) {
      text.append(axis == 0 ? "" : ",")
          .append("{\"name\":\"" + SENSORS[axis] + "\",\"units\":\"m/s2\"}");
    }
    text.append("],\"values\":[\n");
    for (int i = 0; i < rows.length; i++) {
      text.append('[').append(fields(rows[i])).append(i + 1 < rows.length ? "],\n" : "]\n");
    }
    return text.append("]}}\n").toString();
  }

  static String csv(double[][] rows) {
    var text = new StringBuilder("timestamp," + String.join(",", SENSORS) + "\n");
    for (int i = 0; i < rows.length; i++) {
      text.append(Math.round(i * INTERVAL_MS)).append(',').append(fields(rows[i])).append('\n');
    }
    return text.toString();
  }

  private static String fields(double[] row) {
    return String.format(Locale.ROOT, "%.2f,%.2f,%.2f", row[0], row[1], row[2]);
  }
}
