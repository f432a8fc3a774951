package io.fanfold.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fanfold.kit.Json;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ReportTest {

  @Test
  void figures_have_as_many_digits_as_they_are_good_for() {
    assertThat(text(123_456)).isEqualTo("123,500 items/s");
    assertThat(text(1_234)).isEqualTo("1234 items/s");
    assertThat(text(12.34)).isEqualTo("12.3 items/s");
    assertThat(Measure.of("s", "w", 0.4567, "").text()).isEqualTo("0.46");
  }

  @Test
  void percentiles_are_values_that_were_measured() {
    var samples = new Samples(IntStream.rangeClosed(1, 100).asDoubleStream().boxed().toList());
    assertThat(samples.median()).isEqualTo(50);
    assertThat(samples.percentile(95)).isEqualTo(95);
    assertThat(samples.percentile(99)).isEqualTo(99);
    assertThat(samples.percentile(100)).isEqualTo(100);
    assertThat(new Samples(List.of(7.0)).percentile(1)).isEqualTo(7);
    assertThatThrownBy(() -> new Samples(List.of())).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_scenario_that_could_not_be_measured_is_in_the_table_with_its_reason() throws Exception {
    var report = new Report(Map.of("machine", "2 cores"));
    report.add(List.of(Measure.of("a", "x", 1, "ms"), Measure.of("a", "y", 2, "ms").noted("why")));
    assertThat(report.isWhole()).isTrue();
    report.missing("b", "the server does not know manifests");

    assertThat(report.isWhole()).isFalse();
    assertThat(report.markdown().lines())
        .contains(
            "- machine: 2 cores",
            "| a | x | 1.00 ms |  |",
            "|  | y | 2.00 ms | why |",
            "| b | not measured | | the server does not know manifests |");
    var json = Json.MAPPER.readTree(report.json());
    assertThat(json.path("measures").get(1).path("value").asDouble()).isEqualTo(2);
    assertThat(json.path("missing").path("b").asText()).contains("manifests");
  }

  @Test
  void the_heap_in_use_is_read_for_both_common_collectors() {
    assertThat(
            JvmProcess.heapUsedKb(
                """
                 def new generation   total 78656K, used 1024K [0x1, 0x2, 0x3)
                  eden space 69952K,  2% used
                 tenured generation   total 174784K, used 2048K [0x1, 0x2, 0x3)
                 Metaspace       used 9999K, committed 1K"""))
        .isEqualTo(3072);
    assertThat(JvmProcess.heapUsedKb(" garbage-first heap   total 524288K, used 38912K [0x1, 0x2)"))
        .isEqualTo(38912);
    assertThat(JvmProcess.heapUsedKb("ZHeap used 1M")).isEqualTo(-1);
  }

  private static String text(double value) {
    return Measure.of("s", "w", value, "items/s").text();
  }
}
