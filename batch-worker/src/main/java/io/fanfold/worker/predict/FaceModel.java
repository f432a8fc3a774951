package io.fanfold.worker.predict;

import io.fanfold.worker.predict.Detection.Keypoint;
import io.fanfold.worker.predict.OnnxModel.Output;
import io.fanfold.worker.predict.OnnxModel.Resource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Finds faces, not whose they are. */
final class FaceModel {
  /** Sides are the person's own. */
  static final List<String> KEYPOINTS =
      List.of("rightEye", "leftEye", "nose", "mouth", "rightEar", "leftEar");

  private static final int SIZE = BlazeFaceBoxes.SIZE;
  private static final float MAX_OVERLAP = 0.3f;

  private final OnnxModel model;

  FaceModel(OnnxModels models) {
    model = models.get(Resource.FACES);
  }

  void load() throws PredictionException {
    model.load();
  }

  /** Faces, best first, in coordinates of the picture. */
  List<Detection> detect(Picture picture, float threshold, int limit) throws PredictionException {
    Letterbox letterbox = Letterbox.of(picture.width(), picture.height(), SIZE);
    List<Output> outputs = model.run(input(picture, letterbox), 1, SIZE, SIZE, 3);
    List<Detection> found = new ArrayList<>();
    found.addAll(
        BlazeFaceBoxes.decode(16, 2, outputs.get(0).values(), outputs.get(2).values(), threshold));
    found.addAll(
        BlazeFaceBoxes.decode(8, 6, outputs.get(1).values(), outputs.get(3).values(), threshold));
    return Suppression.best(found, MAX_OVERLAP, limit).stream()
        .map(face -> inPicture(face, letterbox))
        .toList();
  }

  private static float[] input(Picture picture, Letterbox letterbox) {
    float[] pixels = picture.stretched(letterbox.width(), letterbox.height());
    float[] input = new float[SIZE * SIZE * 3];
    Arrays.fill(input, -1);
    int rowLength = letterbox.width() * 3;
    for (int y = 0; y < letterbox.height(); y++) {
      int to = ((letterbox.top() + y) * SIZE + letterbox.left()) * 3;
      for (int i = 0; i < rowLength; i++) {
        input[to + i] = pixels[y * rowLength + i] * 2 / 255 - 1;
      }
    }
    return input;
  }

  private static Detection inPicture(Detection face, Letterbox letterbox) {
    return new Detection(
        face.label(),
        face.score(),
        letterbox.x(face.xMin()),
        letterbox.y(face.yMin()),
        letterbox.x(face.xMax()),
        letterbox.y(face.yMax()),
        face.keypoints().stream()
            .map(k -> new Keypoint(letterbox.x(k.x()), letterbox.y(k.y())))
            .toList());
  }
}
