package io.fanfold.benchmarks;

import io.fanfold.kit.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All figures of a run, and the circumstances. */
final class Report {

  private final Map<String, String> setting;
  private final List<Measure> measures = new ArrayList<>();
  private final Map<String, String> missing = new LinkedHashMap<>();

  /**
   * @param setting what ran where, by name
   */
  Report(Map<String, String> setting) {
    this.setting = new LinkedHashMap<>(setting);
  }

  void add(List<Measure> more) {
    measures.addAll(more);
  }

  /** A scenario that could not be measured, and why. */
  void missing(String scenario, String reason) {
    missing.put(scenario, reason);
  }

  boolean isWhole() {
    return missing.isEmpty();
  }

  String markdown() {
    var text = new StringBuilder();
    setting.forEach((name, value) -> text.append("- %s: %s%n".formatted(name, value)));
    text.append("%n| scenario | figure | value | |%n|---|---|---:|---|%n".formatted());
    String before = "";
    for (Measure measure : measures) {
      String scenario = measure.scenario().equals(before) ? "" : measure.scenario();
      text.append(
          "| %s | %s | %s | %s |%n"
              .formatted(scenario, measure.what(), measure.text(), measure.note()));
      before = measure.scenario();
    }
    missing.forEach(
        (scenario, reason) ->
            text.append("| %s | not measured | | %s |%n".formatted(scenario, reason)));
    return text.toString();
  }

  String json() {
    var json = Json.MAPPER.createObjectNode();
    json.set("setting", Json.MAPPER.valueToTree(setting));
    var list = json.putArray("measures");
    measures.forEach(measure -> measure.addTo(list.addObject()));
    json.set("missing", Json.MAPPER.valueToTree(missing));
    return json.toString();
  }
}
