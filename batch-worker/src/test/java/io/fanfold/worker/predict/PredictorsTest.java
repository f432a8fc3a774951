package io.fanfold.worker.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fanfold.schemas.FailureCode;
import io.fanfold.schemas.Feature;
import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.ParameterOffer;
import io.fanfold.schemas.Prediction;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

final class PredictorsTest {
  private final PredictorContext context = new PredictorContext(Samples::content, 1);

  @Test
  void the_built_in_features_are_on_the_class_path() {
    try (Predictors predictors = Predictors.load(context)) {
      assertThat(predictors.offers())
          .extracting(FeatureOffer::getName)
          .containsExactly(
              "AssetTagDetection",
              "FaceDetection",
              "ImageEmbedding",
              "ModerationLabels",
              "ObjectDetection",
              "PeopleDetection",
              "SignalClassification",
              "TargetMatch",
              "TextDetection");
    }
  }

  @Test
  void every_offer_says_what_it_takes() throws Exception {
    try (Predictors predictors = Predictors.load(context)) {
      for (FeatureOffer offer : predictors.offers()) {
        if (offer.getName().equals("SignalClassification")) {
          assertThat(offer.getMediaTypes()).containsExactly("application/json", "text/csv");
        } else {
          assertThat(offer.getMediaTypes())
              .containsExactly("image/jpeg", "image/png", "image/gif", "image/bmp");
        }
        assertThat(offer.getDescription()).isNotBlank();
        if (offer.getParameters().stream().noneMatch(ParameterOffer::getRequired)) {
          assertThat(Parameters.defaults(offer)).isNotNull();
        }
      }
    }
  }

  @Test
  void two_predictors_of_one_feature_are_refused() {
    assertThatThrownBy(() -> Predictors.of(List.of(new TextLength(), new TextLength()), context))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "feature TextLength is offered by both %s and %s",
            TextLength.class.getName(), TextLength.class.getName());
  }

  @Test
  void a_predictor_of_your_own_is_started_used_and_closed() throws Exception {
    TextLength own = new TextLength();
    try (Predictors predictors = Predictors.of(List.of(own), context)) {
      assertThat(own.state).isEqualTo("started");

      Content content = Content.of("hello".getBytes(), "text/plain");
      List<Prediction> found =
          predictors.predict(new Feature("TextLength", Map.of("scale", 2.0)), content);

      assertThat(found).hasSize(1);
      assertThat(found.get(0).getAttributes()).containsEntry("length", 10.0);
    }
    assertThat(own.state).isEqualTo("closed");
  }

  @Test
  void content_a_feature_does_not_take_fails_before_it_is_asked() {
    try (Predictors predictors = Predictors.of(List.of(new TextLength()), context)) {
      assertFails(
          predictors,
          new Feature("TextLength", Map.of()),
          Samples.content("coffee.jpg"),
          FailureCode.UNSUPPORTED_FORMAT);
      assertFails(
          predictors,
          new Feature("TextLength", Map.of("scale", "2")),
          Content.of(new byte[1], "text/plain"),
          FailureCode.INVALID_ITEM);
      assertFails(
          predictors,
          new Feature("Nothing", Map.of()),
          Content.of(new byte[1], "text/plain"),
          FailureCode.MODEL_UNAVAILABLE);
    }
  }

  @Test
  void a_closed_model_is_unavailable() {
    Predictors predictors = Predictors.load(context);
    predictors.close();

    assertFails(
        predictors,
        new Feature("FaceDetection", Map.of()),
        Samples.content("astronaut.jpg"),
        FailureCode.MODEL_UNAVAILABLE);
  }

  private static void assertFails(
      Predictors predictors, Feature feature, Content content, FailureCode code) {
    assertThatThrownBy(() -> predictors.predict(feature, content))
        .asInstanceOf(InstanceOfAssertFactories.type(PredictionException.class))
        .extracting(PredictionException::code)
        .isEqualTo(code);
  }

  private static final class TextLength implements Predictor {
    String state = "new";

    @Override
    public FeatureOffer offer() {
      return FeatureOffer.newBuilder()
          .setName("TextLength")
          .setDescription("How long a text is")
          .setModel("length")
          .setModelVersion("1")
          .setMediaTypes(List.of("text/*"))
          .setParameters(List.of(Offers.number("scale", "Length of a byte", "1", 0, 10)))
          .build();
    }

    @Override
    public void start(PredictorContext context) {
      state = "started";
    }

    @Override
    public List<Prediction> predict(Content content, Parameters parameters) {
      double length = content.bytes().length * parameters.number("scale");
      return List.of(
          Prediction.newBuilder()
              .setFeature("TextLength")
              .setAttributes(Map.of("length", length))
              .build());
    }

    @Override
    public void close() {
      state = "closed";
    }
  }
}
