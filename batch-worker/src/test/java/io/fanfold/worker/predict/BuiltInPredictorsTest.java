package io.fanfold.worker.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.fanfold.schemas.Asset;
import io.fanfold.schemas.Box;
import io.fanfold.schemas.FailureCode;
import io.fanfold.schemas.Feature;
import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.Point;
import io.fanfold.schemas.Prediction;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.AffineTransformOp;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The real models on the sample pictures. */
final class BuiltInPredictorsTest {
  private static final Map<String, AtomicInteger> FETCHES = new ConcurrentHashMap<>();
  private static Predictors predictors;

  @BeforeAll
  static void load() {
    predictors = Predictors.load(new PredictorContext(BuiltInPredictorsTest::fetch, 1));
  }

  @AfterAll
  static void close() {
    predictors.close();
  }

  private static Content fetch(String uri) throws PredictionException {
    FETCHES.computeIfAbsent(uri, u -> new AtomicInteger()).incrementAndGet();
    if (uri.startsWith("missing:")) {
      throw new PredictionException(FailureCode.NOT_FOUND, "no such file");
    }
    return Samples.content(uri.substring(uri.indexOf(':') + 1));
  }

  @Test
  void chelsea_is_a_cat() throws Exception {
    List<Prediction> found = predict("ObjectDetection", "chelsea.jpg");

    assertThat(found).hasSize(1);
    assertThat(found.get(0).getLabel()).isEqualTo("Cat");
    assertThat(found.get(0).getConfidence()).isGreaterThan(0.8f);
  }

  @ParameterizedTest
  @CsvSource({"coffee.jpg", "png-named.jpg", "target_cup.jpg"})
  void a_coffee_cup_is_one_in_any_file(String sample) throws Exception {
    assertThat(predict("ObjectDetection", sample))
        .extracting(Prediction::getLabel)
        .containsExactly("Coffee cup");
  }

  @Test
  void the_astronaut_is_one_person_with_one_face() throws Exception {
    List<Prediction> people = predict("PeopleDetection", "astronaut.jpg");
    List<Prediction> faces = predict("FaceDetection", "astronaut.jpg");

    assertThat(people).extracting(Prediction::getLabel).containsExactly("Person");
    assertThat(people.get(0).getConfidence()).isGreaterThan(0.5f);
    assertThat(faces).hasSize(1);
    Prediction face = faces.get(0);
    assertThat(face.getConfidence()).isGreaterThan(0.8f);
    assertThat(face.getKeypoints())
        .containsOnlyKeys("rightEye", "leftEye", "nose", "mouth", "rightEar", "leftEar");
    Point right = face.getKeypoints().get("rightEye");
    Point left = face.getKeypoints().get("leftEye");
    assertThat(right.getX()).as("her right eye is on the left").isLessThan(left.getX());
    assertThat(face.getKeypoints().get("nose").getY()).isGreaterThan(left.getY());
    assertThat(inside(people.get(0).getBox(), face.getBox())).isTrue();
  }

  @Test
  void people_are_the_persons_among_the_objects() throws Exception {
    Content content = Samples.content("lower_third.jpg");
    Prediction object =
        predictors.predict(new Feature("ObjectDetection", Map.of()), content).get(0);
    Prediction person =
        predictors.predict(new Feature("PeopleDetection", Map.of()), content).get(0);

    assertThat(object.getLabel()).isEqualTo("Person");
    assertThat(person.getBox()).isEqualTo(object.getBox());
  }

  @Test
  void the_lower_third_is_read_line_by_line() throws Exception {
    List<Prediction> lines = predict("TextDetection", "lower_third.jpg");

    assertThat(lines)
        .extracting(Prediction::getText)
        .containsExactly("EILEEN COLLINS", "NASA Astronaut, STS-63 pilot");
    assertThat(lines)
        .allSatisfy(
            line -> {
              assertThat(line.getConfidence()).isGreaterThan(0.9f);
              assertThat(line.getPolygon()).hasSize(4);
              assertThat(line.getBox().getYMin()).isGreaterThan(0.75f);
            });
  }

  @Test
  void a_line_that_is_an_assets_tag_names_the_asset() throws Exception {
    var assets = new AssetTags(() -> true);
    assets.put(
        Asset.newBuilder().setProject("plant").setId(1019).setName("eileen-collins").build());
    Content content = Content.of(Samples.bytes("lower_third.jpg"), null, "plant");
    Content elsewhere = Content.of(Samples.bytes("lower_third.jpg"), null, "yard");
    try (Predictors tagging =
        Predictors.load(new PredictorContext(BuiltInPredictorsTest::fetch, 1, assets))) {
      List<Prediction> lines = tagging.predict(new Feature("TextDetection", Map.of()), content);
      List<Prediction> tags = tagging.predict(new Feature("AssetTagDetection", Map.of()), content);

      assertThat(tags).hasSize(1);
      assertThat(tags.get(0).getReference()).isEqualTo("1019");
      assertThat(tags.get(0).getAttributes()).isEqualTo(Map.of("partial", false));
      assertThat(tags.get(0).getText()).isEqualTo("EILEEN COLLINS");
      assertThat(tags.get(0).getBox()).isEqualTo(lines.get(0).getBox());
      assertThat(tagging.predict(new Feature("AssetTagDetection", Map.of()), elsewhere)).isEmpty();
      assertThat(
              tagging.predict(
                  new Feature("AssetTagDetection", Map.of("assetSubtreeIds", List.of("3"))),
                  content))
          .isEmpty();
      Feature unreadable =
          new Feature("AssetTagDetection", Map.of("assetSubtreeIds", List.of("none")));
      assertThat(
              catchThrowableOfType(
                      PredictionException.class, () -> tagging.predict(unreadable, content))
                  .code())
          .isEqualTo(FailureCode.INVALID_ITEM);
    }
  }

  @Test
  void lines_that_one_feature_has_read_are_not_read_again() throws Exception {
    Content content = Samples.content("lower_third.jpg");
    Feature one = new Feature("TextDetection", Map.of("maxLines", 1L));
    Feature all = new Feature("TextDetection", Map.of());

    List<Prediction> first = predictors.predict(one, content);
    List<Prediction> both = predictors.predict(all, content);

    assertThat(first).hasSize(1);
    assertThat(both).hasSize(2).startsWith(first.get(0));
    assertThat(predictors.predict(all, content)).isEqualTo(both);
  }

  @ParameterizedTest
  @CsvSource({"5", "-12", "90", "-90"})
  void slanted_text_is_read_along_its_slant(double degrees) throws Exception {
    BufferedImage picture =
        ImageIO.read(new ByteArrayInputStream(Samples.bytes("lower_third.jpg")));
    BufferedImage square = new BufferedImage(900, 900, BufferedImage.TYPE_INT_RGB);
    AffineTransform turn = AffineTransform.getRotateInstance(Math.toRadians(-degrees), 450, 450);
    turn.translate(66, 234);
    Graphics2D graphics = square.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    graphics.drawImage(picture, turn, null);

    List<Prediction> lines =
        predictors.predict(new Feature("TextDetection", Map.of()), Content.of(png(square)));

    assertThat(lines)
        .extracting(line -> line.getText().replace(" ", ""))
        .contains("EILEENCOLLINS", "NASAAstronaut,STS-63pilot");
  }

  @ParameterizedTest
  @MethodSource("samples")
  void the_samples_are_safe(String sample) throws Exception {
    assertThat(predict("ModerationLabels", sample)).isEmpty();
  }

  @Test
  void moderation_gives_every_score_with_every_label() throws Exception {
    List<Prediction> labels =
        predictors.predict(
            new Feature("ModerationLabels", Map.of("minConfidence", 0.0)),
            Samples.content("coffee.jpg"));

    assertThat(labels)
        .extracting(Prediction::getLabel)
        .containsExactlyInAnyOrder("Porn", "Hentai", "Sexy");
    assertThat(labels)
        .allSatisfy(
            label -> {
              assertThat(label.getScores()).containsOnlyKeys("Porn", "Hentai", "Sexy", "Safe");
              assertThat(label.getScores().values().stream().mapToDouble(s -> s).sum())
                  .isCloseTo(1, within(1e-3));
              assertThat(label.getParentLabel()).isIn("Explicit", "Suggestive");
            });
  }

  @Test
  void embeddings_tell_the_same_picture_from_another() throws Exception {
    BufferedImage coffee = ImageIO.read(new ByteArrayInputStream(Samples.bytes("coffee.jpg")));
    BufferedImage mirrored =
        new AffineTransformOp(
                new AffineTransform(-1, 0, 0, 1, coffee.getWidth(), 0),
                AffineTransformOp.TYPE_NEAREST_NEIGHBOR)
            .filter(coffee, null);
    BufferedImage cropped = coffee.getSubimage(30, 20, 540, 360);
    float[] original = embedding(Samples.content("coffee.jpg"));

    assertThat(original).hasSize(1792);
    assertThat(Vectors.cosine(original, original)).isCloseTo(1, within(1e-4f));
    assertThat(Vectors.cosine(original, embedding(Content.of(png(mirrored))))).isGreaterThan(0.9f);
    assertThat(Vectors.cosine(original, embedding(Content.of(png(cropped))))).isGreaterThan(0.9f);
    for (String other : List.of("chelsea.jpg", "astronaut.jpg", "rocket.jpg", "coins.jpg")) {
      assertThat(Vectors.cosine(original, embedding(Samples.content(other))))
          .as(other)
          .isLessThan(0.65f);
    }
  }

  @Test
  void the_cup_is_found_where_it_is() throws Exception {
    List<Prediction> matches =
        predictors.predict(
            new Feature(
                "TargetMatch",
                Map.of(
                    "targets", List.of("a:target_cup.jpg", "a:chelsea.jpg"),
                    "labels", List.of("cup", "cat"))),
            Samples.content("coffee.jpg"));

    assertThat(matches).hasSize(1);
    Prediction match = matches.get(0);
    assertThat(match.getLabel()).isEqualTo("cup");
    assertThat(match.getReference()).isEqualTo("a:target_cup.jpg");
    assertThat(match.getConfidence()).isGreaterThan(0.9f);
    assertThat(match.getAttributes()).containsKey("similarity");
    assertThat(match.getBox().getXMax()).isLessThan(1);
  }

  @ParameterizedTest
  @CsvSource({
    "astronaut.jpg",
    "camera.jpg",
    "chelsea.jpg",
    "clock_motion.jpg",
    "coins.jpg",
    "rocket.jpg",
    "lower_third.jpg"
  })
  void the_cup_is_not_found_where_it_is_not(String sample) throws Exception {
    Feature feature = new Feature("TargetMatch", Map.of("targets", List.of("b:target_cup.jpg")));

    assertThat(predictors.predict(feature, Samples.content(sample))).isEmpty();
  }

  @Test
  void a_target_is_fetched_once_and_labelled_by_its_uri() throws Exception {
    Feature feature = new Feature("TargetMatch", Map.of("targets", List.of("c:coffee.jpg")));

    for (int i = 0; i < 3; i++) {
      assertThat(predictors.predict(feature, Samples.content("coffee.jpg")))
          .extracting(Prediction::getLabel)
          .containsExactly("c:coffee.jpg");
    }

    assertThat(FETCHES.get("c:coffee.jpg")).hasValue(1);
  }

  @ParameterizedTest
  @CsvSource({
    "missing:x.jpg, NOT_FOUND, target missing:x.jpg: no such file",
    "d:truncated.jpg, CORRUPT_INPUT, target d:truncated.jpg",
  })
  void a_bad_target_fails_with_its_name(String uri, FailureCode code, String message) {
    Feature feature = new Feature("TargetMatch", Map.of("targets", List.of(uri)));

    assertThatThrownBy(() -> predictors.predict(feature, Samples.content("coffee.jpg")))
        .hasMessageContaining(message)
        .asInstanceOf(InstanceOfAssertFactories.type(PredictionException.class))
        .extracting(PredictionException::code)
        .isEqualTo(code);
  }

  @Test
  void targets_are_required_and_labels_are_as_many() {
    Content content = Samples.content("coffee.jpg");

    assertThatThrownBy(() -> predictors.predict(new Feature("TargetMatch", Map.of()), content))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("'targets' is required");
    Map<String, Object> uneven =
        Map.of("targets", List.of("e:coffee.jpg"), "labels", List.of("a", "b"));
    assertThatThrownBy(() -> predictors.predict(new Feature("TargetMatch", uneven), content))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("'labels'");
  }

  @Test
  void four_threads_find_what_one_finds() throws Exception {
    List<Callable<List<Prediction>>> tasks = new ArrayList<>();
    for (FeatureOffer offer : predictors.offers()) {
      if (!offer.getMediaTypes().contains("image/jpeg")) {
        continue;
      }
      Map<String, Object> parameters =
          offer.getName().equals("TargetMatch")
              ? Map.of("targets", List.of("f:target_cup.jpg"))
              : Map.of();
      for (String sample : Samples.JPEGS) {
        tasks.add(
            () ->
                predictors.predict(
                    new Feature(offer.getName(), parameters), Samples.content(sample)));
      }
    }
    List<List<Prediction>> serial = new ArrayList<>();
    for (Callable<List<Prediction>> task : tasks) {
      serial.add(task.call());
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<List<Prediction>> parallel = new ArrayList<>();
      for (Future<List<Prediction>> result : threads.invokeAll(tasks)) {
        parallel.add(result.get());
      }

      assertThat(parallel).isEqualTo(serial);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void a_picture_of_one_pixel_is_a_picture() throws Exception {
    Content content = Content.of(png(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB)));

    for (String feature : List.of("FaceDetection", "TextDetection", "PeopleDetection")) {
      assertThat(predictors.predict(new Feature(feature, Map.of()), content)).isEmpty();
    }
  }

  static List<String> samples() {
    return Samples.JPEGS;
  }

  private static List<Prediction> predict(String feature, String sample)
      throws PredictionException {
    List<Prediction> found =
        predictors.predict(new Feature(feature, Map.of()), Samples.content(sample));
    assertThat(found).allSatisfy(p -> assertThat(p.getFeature()).isEqualTo(feature));
    return found;
  }

  private static float[] embedding(Content content) throws PredictionException {
    List<Float> values =
        predictors.predict(new Feature("ImageEmbedding", Map.of()), content).get(0).getEmbedding();
    float[] embedding = new float[values.size()];
    for (int i = 0; i < embedding.length; i++) {
      embedding[i] = values.get(i);
    }
    return embedding;
  }

  private static boolean inside(Box outer, Box inner) {
    return inner.getXMin() >= outer.getXMin()
        && inner.getYMin() >= outer.getYMin()
        && inner.getXMax() <= outer.getXMax()
        && inner.getYMax() <= outer.getYMax();
  }

  private static byte[] png(BufferedImage image) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);
    return out.toByteArray();
  }
}
