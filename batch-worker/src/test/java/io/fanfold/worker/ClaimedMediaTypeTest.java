package io.fanfold.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.schemas.Item;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClaimedMediaTypeTest {

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "file:///a/wave.1.csv, -, text/csv",
        "s3://bucket/wave.JSON, -, application/json",
        "https://host/wave.csv?signature=x.json, -, text/csv",
        "https://host/sample?name=wave.csv, -, -",
        "https://host/wave#.csv, -, -",
        "file:///a/cat.jpg, -, -",
        "file:///a/wave.csv, '', text/csv",
        "file:///a/wave.csv, application/json, application/json",
        "file:///a/wave, text/csv; charset=utf-8, text/csv",
        "'data:text/csv;base64,AAAA', -, text/csv",
        "'DATA:application/json,{}', -, application/json",
        "'data:,wave.csv', -, -",
        "'data:;base64,AAAA', -, -",
        "data:nothing, -, -",
      })
  void the_item_says_it_first_and_then_its_uri(String uri, String claimed, String expected) {
    Item item = Samples.batch(0, 1).getItems().get(0);
    item.setUri(uri);
    item.setMediaType(claimed);

    assertThat(ClaimedMediaType.of(item)).isEqualTo(expected);
  }
}
