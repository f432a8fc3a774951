package io.fanfold.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.schemas.Batch;
import io.fanfold.schemas.FailureCode;
import io.fanfold.schemas.Item;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.StopReason;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ItemRunnerTest {

  @Test
  void an_invalid_line_fails_with_its_reason_and_is_not_run() throws Exception {
    // Neither a source nor a predictor: running it would break.
    var runner = new ItemRunner(null, null, 1);

    ItemOutcome outcome = runner.run(task("the line has no source-ref"));

    ItemResult result = ((ItemOutcome.Done) outcome).result();
    assertThat(result.getFailure().getCode()).isEqualTo(FailureCode.INVALID_ITEM);
    assertThat(result.getFailure().getMessage()).isEqualTo("the line has no source-ref");
    assertThat(result.getAttempts()).isZero();
    assertThat(result.getLine()).isEqualTo(12);
    assertThat(result.getItem().getInvalid()).isEqualTo("the line has no source-ref");
  }

  @Test
  void a_stopped_item_names_its_line_and_is_no_item_to_run_again() {
    ItemResult expired = Results.stopped(task(null), StopReason.EXPIRED);

    assertThat(expired.getFailure().getCode()).isEqualTo(FailureCode.EXPIRED);
    assertThat(expired.getAttempts()).isZero();
    assertThat(expired.getLine()).isEqualTo(12);
    assertThat(expired.getItem()).isNull();
    assertThat(Results.stopped(task(null).next(), StopReason.CANCELED).getFailure().getCode())
        .isEqualTo(FailureCode.CANCELED);
  }

  @Test
  void a_failed_item_is_kept_whole_and_a_good_one_is_not() {
    Item item = task(null).item();
    item.setUri("data:text/plain," + "x".repeat(200));

    ItemResult good = Results.of(item, null, List.of(), 1, 0);
    ItemResult bad = Results.of(item, Samples.bad(0).getFailure(), List.of(), 1, 0);

    assertThat(good.getItem()).isNull();
    assertThat(good.getUri()).hasSizeLessThan(200);
    assertThat(bad.getUri()).hasSizeLessThan(200);
    assertThat(bad.getItem()).isEqualTo(item);
  }

  private static ItemTask task(String invalid) {
    Batch batch = Samples.batch(0, 1);
    Item item = batch.getItems().get(0);
    item.setLine(12L);
    item.setInvalid(invalid);
    var run =
        new BatchRun(0, 0, 100, batch, List.of(), RecoveredResults.OfBatch.NONE, Instant.EPOCH, 0);
    return run.ready.element();
  }
}
