package io.fanfold.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.BatchResult;
import io.fanfold.schemas.ChunkHeaders;
import io.fanfold.schemas.FailureCode;
import io.fanfold.schemas.Item;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.ItemResults;
import io.fanfold.schemas.Prediction;
import io.fanfold.schemas.Topics;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

final class ChunksTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final AvroCodec codec = new AvroCodec(Map.of("schema.registry.url", "mock://chunks"));

  @Test
  void results_are_cut_into_chunks_with_keys_of_their_own() {
    BatchRun run = Samples.run(2, 5);
    for (long i = 10; i < 15; i++) {
      run.add(Samples.good(i), 0);
    }

    List<ProducerRecord<String, byte[]>> records = new Chunks(codec, 2).of(run, NOW);

    assertThat(records)
        .extracting(ProducerRecord::key)
        .containsExactly("1/2/1.0", "1/2/1.2", "1/2/1.4");
    assertThat(records).allMatch(record -> record.partition() == 0);
    assertThat(indexes(records)).containsExactly(10L, 11L, 12L, 13L, 14L);
  }

  @Test
  void a_chunk_says_when_none_of_its_items_has_a_custom_id() {
    BatchRun run = Samples.run(0, 3);
    for (long i = 0; i < 3; i++) {
      ItemResult result = Samples.good(i);
      result.setCustomId(i == 2 ? "order-2" : null);
      run.add(result, 0);
    }

    assertThat(new Chunks(codec, 2).of(run, NOW))
        .extracting(record -> record.headers().lastHeader(ChunkHeaders.NO_CUSTOM_IDS) != null)
        .containsExactly(true, false);
  }

  @Test
  void keys_go_on_where_the_last_commit_ended() {
    BatchRun run = Samples.run(0, 3);
    run.add(Samples.good(0), 0);
    run.add(Samples.bad(1), 0);
    Samples.commit(run);
    run.add(Samples.good(2), 0);

    assertThat(new Chunks(codec, 2).of(run, NOW))
        .extracting(ProducerRecord::key)
        .containsExactly("1/0/1.2");
    BatchResult counts = run.counts(Instant.EPOCH);
    assertThat(counts.getSucceeded()).isEqualTo(2);
    assertThat(counts.getFailed()).containsExactly(Map.entry("TIMEOUT", 1));
    assertThat(counts.getIsFinal()).isTrue();
  }

  @Test
  void a_chunk_that_is_too_long_is_halved() {
    BatchRun run = Samples.run(0, 4);
    for (long i = 0; i < 4; i++) {
      run.add(longResult(i, 400), 0);
    }

    List<ProducerRecord<String, byte[]>> records = new Chunks(codec, 100, 1_000).of(run, NOW);

    assertThat(records).hasSize(2).allMatch(record -> record.value().length <= 1_000);
    assertThat(records).extracting(ProducerRecord::key).containsExactly("1/0/1.0", "1/0/1.2");
    assertThat(indexes(records)).containsExactly(0L, 1L, 2L, 3L);
  }

  @Test
  void a_result_too_long_for_any_record_is_a_failure_that_is_counted() {
    BatchRun run = Samples.run(0, 2);
    run.add(longResult(0, 5_000), 0);
    run.add(Samples.good(1), 0);

    List<ProducerRecord<String, byte[]>> records = new Chunks(codec, 100, 1_000).of(run, NOW);

    ItemResults first = codec.decode(Topics.ITEM_RESULTS, records.get(0).value());
    assertThat(first.getResults().get(0).getFailure().getCode()).isEqualTo(FailureCode.TOO_LARGE);
    BatchResult counts = run.counts(Instant.EPOCH);
    assertThat(counts.getSucceeded()).isEqualTo(1);
    assertThat(counts.getFailed()).containsExactly(Map.entry("TOO_LARGE", 1));
  }

  @Test
  void chunks_say_how_long_their_batch_is_and_the_last_one_that_it_is_the_last() {
    BatchRun run = Samples.run(0, 5);
    for (long i = 0; i < 4; i++) {
      run.add(Samples.good(i), 0);
    }
    List<ItemResults> open = chunks(new Chunks(codec, 2).of(run, NOW));
    assertThat(open).extracting(ItemResults::getIsFinal).containsExactly(false, false);
    assertThat(open).extracting(ItemResults::getBatchItems).containsExactly(5, 5);
    assertThat(open).extracting(ItemResults::getCommittedAt).containsExactly(NOW, NOW);
    assertThat(open).extracting(ItemResults::getStartedAt).containsOnly(Instant.EPOCH);
    Samples.commit(run);

    run.add(Samples.bad(4), 0);
    assertThat(chunks(new Chunks(codec, 2).of(run, NOW)))
        .extracting(ItemResults::getIsFinal)
        .containsExactly(true);
    assertThat(run.counts(NOW).getItems()).isEqualTo(5);
  }

  @Test
  void an_item_whose_predictions_are_too_long_can_be_run_again() {
    BatchRun run = Samples.run(0, 1);
    run.add(longResult(0, 5_000), 0);

    ItemResults chunk = chunks(new Chunks(codec, 100, 1_000).of(run, NOW)).get(0);

    assertThat(chunk.getResults().get(0).getItem()).isEqualTo(run.batch().getItems().get(0));
  }

  @Test
  void a_failed_item_that_fills_a_record_alone_is_left_out_of_its_result() {
    BatchRun run = Samples.run(0, 1);
    ItemResult failed = Samples.bad(0);
    failed.setItem(Item.newBuilder().setUri("data:," + "x".repeat(5_000)).setIndex(0).build());
    run.add(failed, 0);

    ItemResult result =
        chunks(new Chunks(codec, 100, 1_000).of(run, NOW)).get(0).getResults().get(0);

    assertThat(result.getItem()).isNull();
    assertThat(result.getFailure().getCode()).isEqualTo(FailureCode.TIMEOUT);
  }

  private List<ItemResults> chunks(List<ProducerRecord<String, byte[]>> records) {
    return records.stream().map(r -> codec.decode(Topics.ITEM_RESULTS, r.value())).toList();
  }

  private List<Long> indexes(List<ProducerRecord<String, byte[]>> records) {
    return records.stream()
        .flatMap(r -> codec.decode(Topics.ITEM_RESULTS, r.value()).getResults().stream())
        .map(ItemResult::getIndex)
        .toList();
  }

  private static ItemResult longResult(long index, int chars) {
    Prediction prediction =
        Prediction.newBuilder().setFeature("Echo").setText("x".repeat(chars)).build();
    return new ItemResult(index, "data:,x", null, null, List.of(prediction), 1, 0f, null, null);
  }
}
