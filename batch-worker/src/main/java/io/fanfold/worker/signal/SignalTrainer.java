package io.fanfold.worker.signal;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Makes a model of labelled samples. The same samples and settings give the same model. */
public final class SignalTrainer {
  private final double windowMs;
  private final double stepMs;
  private final long seed;

  /**
   * @param windowMs how long a window is; rounded to whole rows
   * @param stepMs from the start of one window to the start of the next
   * @param seed of all that is left to chance
   */
  public SignalTrainer(double windowMs, double stepMs, long seed) {
    if (!(windowMs > 0 && stepMs > 0)) {
      throw new IllegalArgumentException("windows and steps must be longer than 0");
    }
    this.windowMs = windowMs;
    this.stepMs = stepMs;
    this.seed = seed;
  }

  /**
   * Trains with all windows of all samples.
   *
   * @throws SignalException INVALID_ITEM when there are fewer than two labels, when samples have
   *     other sensors or another interval than the first, or windows have too few or too many rows;
   *     TOO_LARGE
   */
  public SignalModel train(List<LabelledSample> samples) throws SignalException {
    List<String> labels =
        new ArrayList<>(new TreeSet<>(samples.stream().map(LabelledSample::label).toList()));
    if (labels.size() < 2) {
      throw SignalException.unfit("samples of at least two labels are needed");
    }
    if (labels.contains(SignalModel.UNCERTAIN)) {
      throw SignalException.unfit(SignalModel.UNCERTAIN + " cannot be a label");
    }
    SignalSample first = samples.get(0).sample();
    Windows windows = windows(first.intervalMs());
    var features = new SpectralFeatures(windows.rows());
    List<double[]> rows = new ArrayList<>();
    List<String> rowLabels = new ArrayList<>();
    for (LabelledSample sample : samples) {
      for (double[] row : rows(sample, first.sensors(), windows, features)) {
        rows.add(row);
        rowLabels.add(sample.label());
      }
    }
    Standardisation standardisation = Standardisation.of(rows);
    List<float[]> standard = rows.stream().map(standardisation::apply).toList();
    var model =
        new SignalModel(
            labels,
            first.sensors(),
            windows,
            standardisation,
            Tribuo.classifier(standard, rowLabels, labels, seed),
            Tribuo.clusters(standard, labels.size(), seed));
    if (model.toBytes().length > SignalModelFile.MAX_BYTES) {
      throw SignalException.tooLarge(
          "the model has more than " + SignalModelFile.MAX_BYTES + " bytes");
    }
    return model;
  }

  private Windows windows(double intervalMs) throws SignalException {
    double rows = Math.rint(windowMs / intervalMs);
    if (rows < SpectralFeatures.MIN_WINDOW_ROWS || rows > Windows.MAX_ROWS) {
      throw SignalException.unfit(
          "a window of %s ms has %.0f rows of %s ms, and must have %d to %d"
              .formatted(
                  (float) windowMs,
                  rows,
                  (float) intervalMs,
                  SpectralFeatures.MIN_WINDOW_ROWS,
                  Windows.MAX_ROWS));
    }
    int step = (int) Math.max(1, Math.min(Integer.MAX_VALUE, Math.rint(stepMs / intervalMs)));
    return new Windows(intervalMs, (int) rows, step);
  }

  private static List<double[]> rows(
      LabelledSample sample, List<Sensor> sensors, Windows windows, SpectralFeatures features)
      throws SignalException {
    SignalSample values = sample.sample();
    if (!windows.takes(values.intervalMs())) {
      throw SignalException.unfit(
          "%s has a value each %s ms, the first sample %s ms"
              .formatted(sample.name(), (float) values.intervalMs(), (float) windows.intervalMs()));
    }
    if (values.rows() < windows.rows()) {
      throw SignalException.unfit(sample.name() + " is shorter than a window");
    }
    int[] columns;
    try {
      columns = SignalModel.columns(values, sensors);
    } catch (SignalException e) {
      throw new SignalException(e.code(), sample.name() + ": " + e.getMessage(), e);
    }
    int count = windows.of(values.rows(), columns.length);
    List<double[]> rows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      rows.add(features.of(values, i * windows.step(), columns));
    }
    return rows;
  }
}
