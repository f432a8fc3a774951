package io.fanfold.worker;

import io.fanfold.schemas.Failure;
import io.fanfold.schemas.FailureCode;
import io.fanfold.schemas.Item;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.Prediction;
import io.fanfold.schemas.StopReason;
import java.util.List;

/** What is written of one item. */
final class Results {

  private static final int MAX_URI_CHARS = 2_048;
  private static final int DATA_URI_HEAD = 64;

  private Results() {}

  /**
   * The result of an item that was tried.
   *
   * @param failure null for a success
   * @param tries how often it was
   */
  static ItemResult of(
      Item item, Failure failure, List<Prediction> predictions, int tries, float durationMs) {
    return new ItemResult(
        item.getIndex(),
        shown(item.getUri()),
        item.getCustomId(),
        failure,
        predictions,
        tries,
        durationMs,
        item.getLine(),
        // Whole, so that a failed item can be run again; what was never begun is not a failed one.
        failure == null || isStop(failure.getCode()) ? null : item);
  }

  /**
   * The result of an item that is not begun, because its job was stopped.
   *
   * @param reason CANCELED or EXPIRED
   */
  static ItemResult stopped(ItemTask task, StopReason reason) {
    Failure failure =
        reason == StopReason.EXPIRED
            ? new Failure(
                FailureCode.EXPIRED, "the deadline of the job passed before the item ran", null)
            : new Failure(FailureCode.CANCELED, "the job was canceled before the item ran", null);
    return of(task.item(), failure, List.of(), task.attempt() - 1, 0);
  }

  private static boolean isStop(FailureCode code) {
    return code == FailureCode.CANCELED || code == FailureCode.EXPIRED;
  }

  private static String shown(String uri) {
    int max = uri.regionMatches(true, 0, "data:", 0, 5) ? DATA_URI_HEAD : MAX_URI_CHARS;
    return uri.length() <= max ? uri : uri.substring(0, max);
  }
}
