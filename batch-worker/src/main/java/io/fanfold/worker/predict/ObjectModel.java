package io.fanfold.worker.predict;

import io.fanfold.worker.predict.OnnxModel.Output;
import io.fanfold.worker.predict.OnnxModel.Resource;
import java.util.List;

/** Finds objects of 23 classes; shared by all features that look for some of them. */
final class ObjectModel {
  /** By class, background first. */
  static final List<String> CLASSES =
      List.of(
          "???",
          "Bicycle",
          "Boot",
          "Laptop",
          "Person",
          "Chair",
          "Cattle",
          "Desk",
          "Cat",
          "Computer mouse",
          "Computer monitor",
          "Box",
          "Mug",
          "Coffee cup",
          "Stationary bicycle",
          "Table",
          "Bottle",
          "High heels",
          "Vehicle",
          "Footwear",
          "Dog",
          "Book",
          "Camera",
          "Car");

  static final int PERSON = CLASSES.indexOf("Person");
  private static final int SIZE = 300;
  private static final float MAX_OVERLAP = 0.5f;

  private record Raw(float[] boxes, float[] logits) {}

  private final OnnxModel model;

  ObjectModel(OnnxModels models) {
    model = models.get(Resource.OBJECTS);
  }

  void load() throws PredictionException {
    model.load();
  }

  /** All classes, best first. */
  List<Detection> detect(Content content, float threshold, int limit) throws PredictionException {
    return Suppression.best(candidates(content, threshold), MAX_OVERLAP, limit);
  }

  /** One class, best first. */
  List<Detection> detect(Content content, int label, float threshold, int limit)
      throws PredictionException {
    List<Detection> candidates =
        candidates(content, threshold).stream().filter(d -> d.label() == label).toList();
    return Suppression.best(candidates, MAX_OVERLAP, limit);
  }

  private List<Detection> candidates(Content content, float threshold) throws PredictionException {
    Raw raw = content.derive(Raw.class, Resource.OBJECTS, this::infer);
    return SsdBoxes.decode(raw.boxes(), raw.logits(), CLASSES.size(), threshold);
  }

  private Raw infer(Picture picture) throws PredictionException {
    float[] input = picture.stretched(SIZE, SIZE);
    for (int i = 0; i < input.length; i++) {
      input[i] = input[i] * 2 / 255 - 1;
    }
    List<Output> outputs = model.run(input, 1, SIZE, SIZE, 3);
    return new Raw(outputs.get(0).values(), outputs.get(1).values());
  }
}
