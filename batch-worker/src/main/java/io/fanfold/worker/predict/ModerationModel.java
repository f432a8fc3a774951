package io.fanfold.worker.predict;

import io.fanfold.worker.predict.OnnxModel.Output;
import io.fanfold.worker.predict.OnnxModel.Resource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Says how explicit a picture is, and by its second output what it looks like. */
final class ModerationModel {
  static final int EMBEDDING_LENGTH = 1792;
  private static final int SIZE = 224;

  /** Probabilities of the five classes; they sum to 1. */
  record Classes(float drawing, float hentai, float neutral, float porn, float sexy) {
    float safe() {
      return drawing + neutral;
    }
  }

  /**
   * @param embedding of length 1
   */
  record View(Classes classes, float[] embedding) {}

  /** A part of a picture, 0..1 of width and height. */
  record Region(float xMin, float yMin, float xMax, float yMax) {
    static final Region WHOLE = new Region(0, 0, 1, 1);
  }

  private final OnnxModel model;

  ModerationModel(OnnxModels models) {
    model = models.get(Resource.MODERATION);
  }

  void load() throws PredictionException {
    model.load();
  }

  /** The whole picture. */
  View view(Content content) throws PredictionException {
    return content.derive(
        View.class, Resource.MODERATION, picture -> view(picture, List.of(Region.WHOLE)).get(0));
  }

  /** Parts of a picture, in one run. */
  List<View> view(Picture picture, List<Region> regions) throws PredictionException {
    int length = SIZE * SIZE * 3;
    float[] input = new float[regions.size() * length];
    for (int i = 0; i < regions.size(); i++) {
      Region region = regions.get(i);
      float[] pixels =
          picture.stretched(
              region.xMin() * picture.width(),
              region.yMin() * picture.height(),
              region.xMax() * picture.width(),
              region.yMax() * picture.height(),
              SIZE,
              SIZE);
      for (int j = 0; j < length; j++) {
        input[i * length + j] = pixels[j] / 255;
      }
    }
    List<Output> outputs = model.run(input, regions.size(), SIZE, SIZE, 3);
    float[] classes = outputs.get(0).values();
    float[] embeddings = outputs.get(1).values();
    List<View> views = new ArrayList<>();
    for (int i = 0; i < regions.size(); i++) {
      int at = i * 5;
      int from = i * EMBEDDING_LENGTH;
      views.add(
          new View(
              new Classes(
                  classes[at], classes[at + 1], classes[at + 2], classes[at + 3], classes[at + 4]),
              Vectors.normalized(Arrays.copyOfRange(embeddings, from, from + EMBEDDING_LENGTH))));
    }
    return views;
  }
}
