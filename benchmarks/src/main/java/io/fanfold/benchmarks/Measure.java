package io.fanfold.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * One figure.
 *
 * @param what in words, as it stands in the table
 * @param unit as in items/s; empty for a ratio
 * @param note how it was measured, where that is not plain; may be empty
 */
record Measure(String scenario, String what, double value, String unit, String note) {

  static Measure of(String scenario, String what, double value, String unit) {
    return new Measure(scenario, what, value, unit, "");
  }

  Measure noted(String words) {
    return new Measure(scenario, what, value, unit, words);
  }

  /** With as many digits as the figure is good for. */
  String text() {
    double size = Math.abs(value);
    String number =
        size >= 10_000
            ? String.format(Locale.ROOT, "%,d", Math.round(value / 100) * 100)
            : String.format(
                Locale.ROOT, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f", value);
    return unit.isEmpty() ? number : number + " " + unit;
  }

  void addTo(ObjectNode json) {
    json.put("scenario", scenario).put("what", what).put("value", value).put("unit", unit);
    if (!note.isEmpty()) {
      json.put("note", note);
    }
  }
}
