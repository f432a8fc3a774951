package io.fanfold.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.JobStates;
import io.fanfold.schemas.BatchResult;
import io.fanfold.schemas.FailureCode;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.ItemResults;
import io.fanfold.schemas.JobState;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ChunkCountsTest {

  private final JobState job = JobStates.queued(Samples.job(7, 8, 4));

  @Test
  void a_batch_without_chunks_has_no_counts() {
    assertThat(ChunkCounts.of(job, 0, List.of())).isEmpty();
  }

  @Test
  void counts_are_those_the_worker_sent_whatever_order_its_chunks_are_in() {
    ItemResults last =
        chunk(1, true, 3, Samples.item(6, FailureCode.CANCELED), Samples.item(7, null));
    ItemResults first = chunk(1, false, 1, Samples.item(4, null), timeout(5));

    BatchResult counts = ChunkCounts.of(job, 1, List.of(last, first)).orElseThrow();

    assertThat(counts)
        .isEqualTo(
            BatchResult.newBuilder(
                    Samples.result(7, 1, 2, Map.of("CANCELED", 1, "TIMEOUT", 1), true))
                .setItems(4)
                .setStartedAt(Samples.T0)
                .setUpdatedAt(Samples.T0.plusSeconds(3))
                .build());
  }

  @Test
  void a_batch_whose_first_chunk_is_not_there_yet_is_not_final() {
    ItemResults last = chunk(1, true, 3, Samples.item(7, null));

    assertThat(ChunkCounts.of(job, 1, List.of(last)).orElseThrow().getIsFinal()).isFalse();
  }

  @Test
  void only_the_newest_attempt_counts() {
    ItemResults before = chunk(1, true, 1, timeout(4), timeout(5), timeout(6), timeout(7));
    ItemResults again = chunk(2, true, 3, Samples.item(5, null));
    again.setBatchItems(1);

    BatchResult counts = ChunkCounts.of(job, 1, List.of(again, before)).orElseThrow();

    assertThat(counts.getAttempt()).isEqualTo(2);
    assertThat(counts.getItems()).isEqualTo(1);
    assertThat(counts.getSucceeded()).isEqualTo(1);
    assertThat(counts.getFailed()).isEmpty();
    assertThat(counts.getIsFinal()).isTrue();
  }

  private static ItemResult timeout(long index) {
    return Samples.item(index, FailureCode.TIMEOUT);
  }

  private static ItemResults chunk(
      int attempt, boolean isFinal, int seconds, ItemResult... results) {
    return ItemResults.newBuilder(Samples.chunk(7, 1, attempt, results))
        .setBatchItems(4)
        .setIsFinal(isFinal)
        .setStartedAt(Samples.T0.plusSeconds(seconds - 1))
        .setCommittedAt(Samples.T0.plusSeconds(seconds))
        .setModels(List.of(Samples.MODEL))
        .build();
  }
}
