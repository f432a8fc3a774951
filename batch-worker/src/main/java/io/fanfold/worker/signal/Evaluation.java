package io.fanfold.worker.signal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How well a model does on labelled samples, window by window.
 *
 * @param samples how many there were
 * @param windows how many they have
 * @param right windows that got their sample's label
 * @param confusion by the sample's label, how many of its windows got which label; {@link
 *     SignalModel#UNCERTAIN} is among those
 */
public record Evaluation(
    int samples, int windows, int right, Map<String, Map<String, Integer>> confusion) {

  /**
   * @param threshold least confidence that counts
   * @throws SignalException the code of the first sample that cannot be classified, and its name
   */
  public static Evaluation of(
      SignalModel model,
      List<LabelledSample> samples,
      SignalModel.Variant variant,
      double threshold)
      throws SignalException {
    List<String> columns = new ArrayList<>(model.labels());
    columns.add(SignalModel.UNCERTAIN);
    Map<String, Map<String, Integer>> confusion = new LinkedHashMap<>();
    model.labels().forEach(label -> confusion.put(label, row(columns)));
    int windows = 0;
    int right = 0;
    for (LabelledSample sample : samples) {
      for (Window window : classify(model, sample, variant)) {
        String label = window.label(threshold);
        confusion
            .computeIfAbsent(sample.label(), unknown -> row(columns))
            .merge(label, 1, Integer::sum);
        windows++;
        right += label.equals(sample.label()) ? 1 : 0;
      }
    }
    return new Evaluation(samples.size(), windows, right, confusion);
  }

  /** 0..1; of no windows, 0. */
  public double accuracy() {
    return windows == 0 ? 0 : (double) right / windows;
  }

  private static List<Window> classify(
      SignalModel model, LabelledSample sample, SignalModel.Variant variant)
      throws SignalException {
    try {
      return model.classify(sample.sample(), variant);
    } catch (SignalException e) {
      throw new SignalException(e.code(), sample.name() + ": " + e.getMessage(), e);
    }
  }

  private static Map<String, Integer> row(List<String> columns) {
    Map<String, Integer> row = new LinkedHashMap<>();
    columns.forEach(column -> row.put(column, 0));
    return row;
  }
}
