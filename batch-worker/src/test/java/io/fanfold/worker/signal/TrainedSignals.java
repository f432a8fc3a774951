package io.fanfold.worker.signal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A model of the samples in samples/signals, trained once for all tests. */
public final class TrainedSignals {
  static final List<LabelledSample> TRAINING = labelled("training/");
  static final List<LabelledSample> TESTING = labelled("testing/");
  static final SignalModel MODEL = train(TRAINING, 1);

  private TrainedSignals() {}

  /** The model's file. */
  public static byte[] file() {
    return MODEL.toBytes();
  }

  static SignalModel train(List<LabelledSample> samples, long seed) {
    try {
      return new SignalTrainer(2000, 500, seed).train(samples);
    } catch (SignalException e) {
      throw new AssertionError(e);
    }
  }

  static LabelledSample fresh(String label, long seed) {
    String json =
        SyntheticSignals.json(new SyntheticSignals(seed).rows(label, SyntheticSignals.ROWS));
    return new LabelledSample(label + "." + seed, label, read(json, "application/json"));
  }

  static SignalSample read(String text, String mediaType) {
    try {
      return SignalSample.read(text.getBytes(UTF_8), mediaType);
    } catch (SignalException e) {
      throw new AssertionError(e);
    }
  }

  private static List<LabelledSample> labelled(String folder) {
    List<LabelledSample> samples = new ArrayList<>();
    for (Map.Entry<String, String> file : SyntheticSignals.files().entrySet()) {
      if (file.getKey().startsWith(folder)) {
        String name = file.getKey().substring(folder.length());
        String type = name.endsWith(".csv") ? "text/csv" : "application/json";
        String label = name.substring(0, name.indexOf('.'));
        samples.add(new LabelledSample(name, label, read(file.getValue(), type)));
      }
    }
    return samples;
  }
}
