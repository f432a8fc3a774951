package io.fanfold.worker.predict;

import io.fanfold.schemas.FailureCode;
import io.fanfold.worker.predict.CtcDecoder.Reading;
import io.fanfold.worker.predict.OnnxModel.Output;
import io.fanfold.worker.predict.OnnxModel.Resource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Finds lines of text and reads them. */
final class TextModel {
  private static final String CHARACTERS = "models/ppocr_keys_v1.txt";
  private static final int MAX_SIDE = 960;
  private static final int MULTIPLE = 32;
  private static final int LINE_HEIGHT = 48;
  private static final int MAX_LINE_WIDTH = 3200;

  /**
   * Of 121 lines, 119 rendered and the two of lower_third, 116 read exactly when narrowed so, 109
   * when not. It was chosen by these lines, so this says little about others.
   */
  private static final double NARROWING = 0.9;

  /** From here on, height to width, a line is taken to run down or up. */
  private static final double VERTICAL = 1.5;

  // The models were trained on blue, green, red with the means of red, green, blue.
  private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
  private static final float[] DEVIATION = {0.229f, 0.224f, 0.225f};

  /**
   * A line that was read.
   *
   * @param place 0..1 of width and height
   */
  record Line(Quad place, Reading reading) {}

  private final OnnxModel detection;
  private final OnnxModel recognition;
  private volatile CtcDecoder decoder;

  TextModel(OnnxModels models) {
    detection = models.get(Resource.TEXT_DETECTION);
    recognition = models.get(Resource.TEXT_RECOGNITION);
  }

  void load() throws PredictionException {
    detection.load();
    recognition.load();
    decoder();
  }

  /**
   * Lines in reading order, those without text or below the threshold left out. What is read of a
   * content is read once, however many features ask.
   */
  List<Line> read(Content content, float threshold, int limit) throws PredictionException {
    Picture picture = content.picture();
    Found found = content.derive(Found.class, Resource.TEXT_DETECTION, this::look);
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < found.places.size() && lines.size() < limit; i++) {
      Quad place = found.places.get(i);
      if (i == found.readings.size()) {
        found.readings.add(recognize(picture, place));
      }
      Reading reading = found.readings.get(i);
      if (!reading.text().isBlank() && reading.confidence() >= threshold) {
        lines.add(new Line(place.scaled(1.0 / picture.width(), 1.0 / picture.height()), reading));
      }
    }
    return lines;
  }

  /**
   * Where lines are, and what the first of them say as far as somebody has asked. Belongs to the
   * thread that its content belongs to.
   */
  private record Found(List<Quad> places, List<Reading> readings) {}

  private Found look(Picture picture) throws PredictionException {
    return new Found(find(picture), new ArrayList<>());
  }

  private List<Quad> find(Picture picture) throws PredictionException {
    double scale = Math.min(1, (double) MAX_SIDE / Math.max(picture.width(), picture.height()));
    int width = multiple(picture.width() * scale);
    int height = multiple(picture.height() * scale);
    float[] pixels = picture.stretched(width, height);
    float[] input = new float[pixels.length];
    int plane = width * height;
    for (int channel = 0; channel < 3; channel++) {
      for (int i = 0; i < plane; i++) {
        float value = pixels[i * 3 + 2 - channel] / 255;
        input[channel * plane + i] = (value - MEAN[channel]) / DEVIATION[channel];
      }
    }
    Output map = detection.run(input, 1, 3, height, width).get(0);
    return TextRegions.find(map.values(), width, height).stream()
        .map(q -> q.scaled((double) picture.width() / width, (double) picture.height() / height))
        .toList();
  }

  private static int multiple(double side) {
    return (int) Math.max(1, Math.round(side / MULTIPLE)) * MULTIPLE;
  }

  private Reading recognize(Picture picture, Quad place) throws PredictionException {
    if (place.height() < VERTICAL * place.width()) {
      return recognizeAlong(picture, place);
    }
    // Nothing tells whether it runs down or up but which of the two makes sense.
    Quad downwards = place.turned();
    Reading down = recognizeAlong(picture, downwards);
    Reading up = recognizeAlong(picture, downwards.turned().turned());
    return down.confidence() >= up.confidence() ? down : up;
  }

  private Reading recognizeAlong(Picture picture, Quad line) throws PredictionException {
    int width =
        (int)
            Math.max(
                1,
                Math.min(
                    MAX_LINE_WIDTH,
                    Math.round(NARROWING * LINE_HEIGHT * line.width() / line.height())));
    // Padding keeps the number of different shapes small; the runtime plans memory for each.
    int padded = (width + MULTIPLE - 1) / MULTIPLE * MULTIPLE;
    float[] pixels = LineSampling.sample(picture, line, width, LINE_HEIGHT);
    float[] input = new float[3 * LINE_HEIGHT * padded];
    for (int channel = 0; channel < 3; channel++) {
      for (int y = 0; y < LINE_HEIGHT; y++) {
        int to = (channel * LINE_HEIGHT + y) * padded;
        for (int x = 0; x < width; x++) {
          input[to + x] = pixels[(y * width + x) * 3 + 2 - channel] / 127.5f - 1;
        }
      }
    }
    return decoder().decode(recognition.run(input, 1, 3, LINE_HEIGHT, padded).get(0).values());
  }

  private CtcDecoder decoder() throws PredictionException {
    CtcDecoder known = decoder;
    if (known == null) {
      List<String> characters = new ArrayList<>(characters());
      characters.add(" ");
      known = new CtcDecoder(characters);
      decoder = known;
    }
    return known;
  }

  private static List<String> characters() throws PredictionException {
    try (InputStream in = TextModel.class.getClassLoader().getResourceAsStream(CHARACTERS)) {
      if (in == null) {
        throw new PredictionException(
            FailureCode.MODEL_UNAVAILABLE, CHARACTERS + " is not on the class path");
      }
      return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).lines().toList();
    } catch (IOException e) {
      throw new PredictionException(
          FailureCode.MODEL_UNAVAILABLE, CHARACTERS + " cannot be read", false, e);
    }
  }
}
