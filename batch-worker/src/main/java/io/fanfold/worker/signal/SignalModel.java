package io.fanfold.worker.signal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A trained classifier of samples. Any number of threads may use it. */
public final class SignalModel {
  /** Stands for a label where no score is high enough. */
  public static final String UNCERTAIN = "uncertain";

  /** Which arithmetic the classifier uses. */
  public enum Variant {
    FLOAT32,
    INT8
  }

  private final List<String> labels;
  private final List<Sensor> sensors;
  private final Windows windows;
  private final SpectralFeatures features;
  private final Standardisation standardisation;
  private final Classifier.Linear linear;
  private final Classifier.Quantised quantised;
  private final Clusters clusters;

  SignalModel(
      List<String> labels,
      List<Sensor> sensors,
      Windows windows,
      Standardisation standardisation,
      Classifier.Linear linear,
      Clusters clusters) {
    this.labels = List.copyOf(labels);
    this.sensors = List.copyOf(sensors);
    this.windows = windows;
    this.features = new SpectralFeatures(windows.rows());
    this.standardisation = standardisation;
    this.linear = linear;
    this.quantised = Classifier.Quantised.of(linear);
    this.clusters = clusters;
  }

  /**
   * Reads what {@link #toBytes()} wrote.
   *
   * @throws SignalException MODEL_UNAVAILABLE when it is no such file
   */
  public static SignalModel read(byte[] file) throws SignalException {
    return SignalModelFile.read(file);
  }

  /** The model as a file. The same model always gives the same bytes. */
  public byte[] toBytes() {
    return SignalModelFile.write(this);
  }

  public List<String> labels() {
    return labels;
  }

  public List<Sensor> sensors() {
    return sensors;
  }

  /** Milliseconds from one row to the next, in the samples it was trained with. */
  public double intervalMs() {
    return windows.intervalMs();
  }

  /** Length of a window. */
  public double windowMs() {
    return windows.rows() * windows.intervalMs();
  }

  /** From the start of one window to the start of the next. */
  public double windowStepMs() {
    return windows.step() * windows.intervalMs();
  }

  /**
   * Classifies a sample, window by window.
   *
   * @return at least one window; a sample that is shorter than one is filled up with zeros
   * @throws SignalException INVALID_ITEM when it is not what the model was trained with, TOO_LARGE
   *     when it has too many windows
   */
  public List<Window> classify(SignalSample sample, Variant variant) throws SignalException {
    int[] columns = columns(sample);
    int count = windows.of(sample.rows(), columns.length);
    Classifier classifier = variant == Variant.INT8 ? quantised : linear;
    List<Window> found = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      float[] standard = standardisation.apply(features.of(sample, i * windows.step(), columns));
      float[] scores = classifier.scores(standard);
      Map<String, Float> byLabel = new LinkedHashMap<>();
      for (int label = 0; label < scores.length; label++) {
        byLabel.put(labels.get(label), scores[label]);
      }
      found.add(
          new Window(
              windows.startMs(i),
              windows.endMs(i),
              byLabel,
              clusters.anomaly(standard),
              sample.rows() < windows.rows()));
    }
    return found;
  }

  /** Where the sample has the model's sensors; what else it has is ignored. */
  private int[] columns(SignalSample sample) throws SignalException {
    if (!windows.takes(sample.intervalMs())) {
      throw SignalException.unfit(
          "the sample has a value each %s ms, the model takes %s ms"
              .formatted((float) sample.intervalMs(), (float) windows.intervalMs()));
    }
    return columns(sample, sensors);
  }

  static int[] columns(SignalSample sample, List<Sensor> sensors) throws SignalException {
    List<String> given = sample.sensors().stream().map(Sensor::name).toList();
    int[] columns = new int[sensors.size()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = given.indexOf(sensors.get(i).name());
      if (columns[i] < 0) {
        throw SignalException.unfit(
            "the sample has no sensor %s, only %s"
                .formatted(sensors.get(i).name(), String.join(", ", given)));
      }
    }
    return columns;
  }

  Windows windows() {
    return windows;
  }

  Standardisation standardisation() {
    return standardisation;
  }

  Classifier.Linear linear() {
    return linear;
  }

  Clusters clusters() {
    return clusters;
  }
}
