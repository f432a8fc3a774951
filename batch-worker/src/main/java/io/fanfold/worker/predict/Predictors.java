package io.fanfold.worker.predict;

import io.fanfold.schemas.FailureCode;
import io.fanfold.schemas.Feature;
import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.Prediction;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** All predictors on the class path, by feature name. */
public final class Predictors implements AutoCloseable {
  private final Map<String, Predictor> byFeature;
  private final Map<String, FeatureOffer> offers;
  private final PredictorContext context;

  private Predictors(
      Map<String, Predictor> byFeature,
      Map<String, FeatureOffer> offers,
      PredictorContext context) {
    this.byFeature = byFeature;
    this.offers = offers;
    this.context = context;
  }

  /**
   * Finds and starts every predictor on the class path. Loads no model.
   *
   * @throws IllegalStateException when two predictors offer the same feature
   */
  public static Predictors load(PredictorContext context) {
    return of(ServiceLoader.load(Predictor.class), context);
  }

  /**
   * Starts the given predictors. Closing the result closes them and the context's models.
   *
   * @throws IllegalStateException when two of them offer the same feature
   */
  public static Predictors of(Iterable<Predictor> predictors, PredictorContext context) {
    Map<String, Predictor> byFeature = new TreeMap<>();
    Map<String, FeatureOffer> offers = new TreeMap<>();
    for (Predictor predictor : predictors) {
      FeatureOffer offer = predictor.offer();
      Predictor other = byFeature.putIfAbsent(offer.getName(), predictor);
      if (other != null) {
        throw new IllegalStateException(
            "feature %s is offered by both %s and %s"
                .formatted(
                    offer.getName(), other.getClass().getName(), predictor.getClass().getName()));
      }
      offers.put(offer.getName(), offer);
    }
    byFeature.values().forEach(predictor -> predictor.start(context));
    return new Predictors(
        Collections.unmodifiableMap(byFeature), Collections.unmodifiableMap(offers), context);
  }

  /** What can be computed, by feature name. */
  public Collection<FeatureOffer> offers() {
    return offers.values();
  }

  public Optional<FeatureOffer> offer(String feature) {
    return Optional.ofNullable(offers.get(feature));
  }

  public Optional<Predictor> find(String feature) {
    return Optional.ofNullable(byFeature.get(feature));
  }

  /**
   * Loads the models of all predictors now instead of at their first prediction.
   *
   * @throws PredictionException MODEL_UNAVAILABLE
   */
  public void warmUp() throws PredictionException {
    for (Predictor predictor : byFeature.values()) {
      predictor.warmUp();
    }
  }

  /**
   * Computes one feature for one content.
   *
   * @throws PredictionException MODEL_UNAVAILABLE when no predictor offers the feature,
   *     UNSUPPORTED_FORMAT when it does not accept the content's media type, else as {@link
   *     Predictor#predict}
   */
  public List<Prediction> predict(Feature feature, Content content) throws PredictionException {
    Predictor predictor = byFeature.get(feature.getName());
    if (predictor == null) {
      throw new PredictionException(
          FailureCode.MODEL_UNAVAILABLE, "no predictor here offers " + feature.getName());
    }
    FeatureOffer offer = offers.get(feature.getName());
    Parameters parameters = Parameters.of(feature, offer);
    if (content.bytes().length == 0) {
      throw new PredictionException(FailureCode.CORRUPT_INPUT, "the content is empty");
    }
    if (offer.getMediaTypes().stream().noneMatch(t -> covers(t, content.mediaType()))) {
      throw new PredictionException(
          FailureCode.UNSUPPORTED_FORMAT,
          "the content is %s; %s takes %s"
              .formatted(
                  content.mediaType(),
                  feature.getName(),
                  String.join(", ", offer.getMediaTypes())));
    }
    return predictor.predict(content, parameters);
  }

  private static boolean covers(String accepted, String mediaType) {
    return accepted.equals(mediaType)
        || accepted.equals("*/*")
        || (accepted.endsWith("/*")
            && mediaType.startsWith(accepted.substring(0, accepted.length() - 1)));
  }

  @Override
  public void close() {
    byFeature.values().forEach(Predictor::close);
    context.models().close();
  }
}
