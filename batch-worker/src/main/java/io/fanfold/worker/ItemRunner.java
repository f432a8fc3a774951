package io.fanfold.worker;

import io.fanfold.schemas.Batch;
import io.fanfold.schemas.Failure;
import io.fanfold.schemas.FailureCode;
import io.fanfold.schemas.Feature;
import io.fanfold.schemas.Item;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.Prediction;
import io.fanfold.worker.predict.Content;
import io.fanfold.worker.predict.PredictionException;
import io.fanfold.worker.predict.Predictors;
import io.fanfold.worker.source.ItemSource;
import io.fanfold.worker.source.SourceException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries one item: fetch, then feature by feature. Whatever goes wrong is data. */
final class ItemRunner {

  private static final Logger log = LoggerFactory.getLogger(ItemRunner.class);
  private static final int MAX_MESSAGE_CHARS = 500;

  private final ItemSource source;
  private final Predictors predictors;
  private final Semaphore permits;

  /**
   * @param predictions how many are computed at once; each may hold a decoded picture
   */
  ItemRunner(ItemSource source, Predictors predictors, int predictions) {
    this.source = source;
    this.predictors = predictors;
    this.permits = new Semaphore(predictions);
  }

  ItemOutcome run(ItemTask task) throws InterruptedException {
    if (task.item().getInvalid() != null) {
      return new ItemOutcome.Done(invalid(task.item()));
    }
    long started = System.nanoTime();
    try {
      List<Prediction> predictions = predict(task.run().batch(), task.item());
      return new ItemOutcome.Done(result(task, started, null, predictions));
    } catch (SourceException e) {
      Failure failure = new Failure(e.code(), head(e.getMessage()), null);
      return outcome(task, started, failure, e.transientFailure());
    } catch (FeatureFailure e) {
      return outcome(task, started, e.failure, e.isTransient);
    }
  }

  private List<Prediction> predict(Batch batch, Item item)
      throws SourceException, FeatureFailure, InterruptedException {
    Content content =
        Content.of(source.read(item.getUri()), ClaimedMediaType.of(item), batch.getProject());
    var predictions = new ArrayList<Prediction>();
    permits.acquire();
    try {
      for (Feature feature : batch.getFeatures()) {
        predictions.addAll(predict(feature, content, batch, item));
      }
    } finally {
      permits.release();
    }
    return predictions;
  }

  // A predictor is anybody's code: what it throws says something about the item, not about us.
  private List<Prediction> predict(Feature feature, Content content, Batch batch, Item item)
      throws FeatureFailure {
    try {
      return predictors.predict(feature, content);
    } catch (PredictionException e) {
      throw new FeatureFailure(
          new Failure(e.code(), head(e.getMessage()), feature.getName()), e.isTransient(), e);
    } catch (RuntimeException e) {
      log.atWarn()
          .setMessage("{} failed")
          .addArgument(feature.getName())
          .addKeyValue("jobId", batch.getJobId())
          .addKeyValue("batch", batch.getIndex())
          .addKeyValue("item", item.getIndex())
          .setCause(e)
          .log();
      throw new FeatureFailure(
          new Failure(FailureCode.PREDICTOR_FAILED, head(e.toString()), feature.getName()),
          false,
          e);
    }
  }

  private static ItemOutcome outcome(
      ItemTask task, long started, Failure failure, boolean mayPass) {
    ItemResult result = result(task, started, failure, List.of());
    return mayPass ? new ItemOutcome.TryAgain(result) : new ItemOutcome.Done(result);
  }

  private static ItemResult result(
      ItemTask task, long startedNanos, Failure failure, List<Prediction> predictions) {
    float durationMs = (System.nanoTime() - startedNanos) / 1e6f;
    return Results.of(task.item(), failure, predictions, task.attempt(), durationMs);
  }

  private static ItemResult invalid(Item item) {
    Failure failure = new Failure(FailureCode.INVALID_ITEM, head(item.getInvalid()), null);
    return Results.of(item, failure, List.of(), 0, 0);
  }

  private static String head(String message) {
    String text = String.valueOf(message);
    return text.length() <= MAX_MESSAGE_CHARS ? text : text.substring(0, MAX_MESSAGE_CHARS);
  }

  private static final class FeatureFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Failure failure;
    private final boolean isTransient;

    FeatureFailure(Failure failure, boolean isTransient, Throwable cause) {
      super(failure.getMessage(), cause);
      this.failure = failure;
      this.isTransient = isTransient;
    }
  }
}
