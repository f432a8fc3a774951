package io.fanfold.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class MetersTest {

  private final Telemetry telemetry = new Telemetry();

  @AfterEach
  void close() {
    telemetry.close();
  }

  @Test
  void names_and_descriptions_are_unique() {
    assertThat(Stream.of(Meters.values()).map(Meters::id)).doesNotHaveDuplicates();
    assertThat(Stream.of(Meters.values()).map(Meters::description)).doesNotHaveDuplicates();
    // Prometheus' names, where a dot and an underscore are one.
    assertThat(Stream.of(Meters.values()).map(meter -> meter.id().replaceAll("[._]", "")))
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @EnumSource
  void a_name_is_lower_case_words(Meters meter) {
    assertThat(meter.id()).matches("[a-z]+(\\.[a-z]+)+");
    assertThat(meter.description()).endsWith(".");
    assertThat(meter.tags()).doesNotHaveDuplicates().allMatch(tag -> tag.matches("[a-z]+"));
  }

  @ParameterizedTest
  @EnumSource
  void every_meter_can_be_registered_with_its_tags_and_is_scraped(Meters meter) {
    register(meter, tags(meter));

    String name = meter.id().replace('.', '_');
    assertThat(telemetry.scrape()).contains("# HELP " + name);
    meter.tags().forEach(tag -> assertThat(telemetry.scrape()).contains(tag + "=\"a-" + tag));
  }

  @Test
  void all_meters_stand_beside_each_other() {
    for (Meters meter : Meters.values()) {
      register(meter, tags(meter));
    }
    for (Meters meter : Meters.values()) {
      assertThat(telemetry.scrape()).contains(meter.id().replace('.', '_'));
    }
  }

  @ParameterizedTest
  @EnumSource(names = "ITEMS_IN_FLIGHT", mode = EnumSource.Mode.EXCLUDE)
  void tags_are_exactly_those_of_the_catalogue(Meters meter) {
    String[] tags = tags(meter);
    var more = Stream.concat(Stream.of(tags), Stream.of("one more")).toArray(String[]::new);

    assertThatThrownBy(() -> register(meter, more))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(meter.name());
  }

  @Test
  void a_meter_is_used_as_what_it_is() {
    assertThatThrownBy(() -> telemetry.timer(Meters.SUBMISSIONS, "accepted"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> telemetry.counter(Meters.WORKER_COMMITS))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> telemetry.gauge(Meters.SUBMISSIONS, this, test -> 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void the_same_meter_and_tags_are_one_counter() {
    telemetry.counter(Meters.SUBMISSIONS, "accepted").increment(2);
    telemetry.counter(Meters.SUBMISSIONS, "accepted").increment();
    telemetry.counter(Meters.SUBMISSIONS, "invalid").increment();

    assertThat(telemetry.counter(Meters.SUBMISSIONS, "accepted").count()).isEqualTo(3);
    assertThat(telemetry.scrape()).contains("fanfold_submissions_total{result=\"accepted\"} 3.0");
  }

  private void register(Meters meter, String... tags) {
    switch (meter.type()) {
      case COUNTER -> telemetry.counter(meter, tags).increment();
      case TIMER -> telemetry.timer(meter, tags).record(1, TimeUnit.MILLISECONDS);
      case GAUGE -> telemetry.gauge(meter, List.of(1, 2), List::size);
    }
  }

  private static String[] tags(Meters meter) {
    return meter.tags().stream().map(tag -> "a-" + tag).toArray(String[]::new);
  }
}
