package io.fanfold.ingest.dialect.edgeimpulse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fanfold.kit.ProblemException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SampleFilterTest {

  /** The sample is id 7, idle01.d8Ae, wave, 10,000 ms at 62.5 Hz, HS256, of 2023-11-07. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "labels|[\"wave\",\"idle\"]|true",
        "labels|[\"idle\"]|false",
        "filename|IDLE|true",
        "filename|snake|false",
        "search|wav|true",
        "search|d8ae|true",
        "search|nothing|false",
        "minLength|9999|true",
        "minLength|10000|false",
        "maxLength|10001|true",
        "maxLength|10000|false",
        "minFrequency|62|true",
        "minFrequency|62.5|false",
        "maxFrequency|63|true",
        "maxFrequency|62.5|false",
        "minId|7|true",
        "minId|8|false",
        "maxId|8|true",
        "maxId|7|false",
        "minDate|1970-01-01T00:00:00.000Z|true",
        "minDate|2024-01-01|false",
        "maxDate|2024-01-01|true",
        "maxDate|2023-01-01T00:00:00+01:00|false",
        "signatureValidity|both|true",
        "signatureValidity|valid|false",
        "signatureValidity|invalid|true",
        "dataType|audio|false",
        "dataType|image|false",
        "minLabel|0|false"
      })
  void each_filter_finds_what_it_says(String name, String value, boolean found) {
    Params params = Map.of(name, value)::get;

    assertThat(SampleFilter.of(params).test(Given.sample(7, "wave"))).isEqualTo(found);
    assertThat(SampleFilter.isAny(params)).isFalse();
  }

  @Test
  void labels_that_are_numbers_are_in_ranges() {
    Params params = Map.of("minLabel", "1", "maxLabel", "3")::get;

    assertThat(SampleFilter.of(params).test(Given.sample(7, "1"))).isTrue();
    assertThat(SampleFilter.of(params).test(Given.sample(7, "3"))).isFalse();
  }

  @Test
  void without_filters_all_are_found() {
    Params params = Map.of("limit", "3", "truncateStructuredLabels", "true")::get;

    assertThat(SampleFilter.of(params).test(Given.sample(7, null))).isTrue();
    assertThat(SampleFilter.isAny(params)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "metadata,[]",
    "labels,wave",
    "labels,{}",
    "minId,-1",
    "minLength,long",
    "minDate,yesterday",
    "signatureValidity,maybe",
    "dataType,smell"
  })
  void what_cannot_be_filtered_by_is_named(String name, String value) {
    assertThatThrownBy(() -> SampleFilter.of(Map.of(name, value)::get))
        .isInstanceOf(ProblemException.class);
  }
}
