package io.fanfold.worker.signal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fanfold.schemas.FailureCode;
import java.util.Arrays;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SignalSampleTest {
  private static final String JSON = "application/json";
  private static final String CSV = "text/csv";

  @Test
  void the_acquisition_format_is_read() throws Exception {
    SignalSample sample =
        SignalSample.read(
            """
            {"protected": {"ver": "v1", "alg": "HS256", "iat": 1564128599},
             "signature": "b0ee0572a1984b93b6bc56e6576e2cbbd6bccd65d0c356e26b31bbc9a48210c6",
             "payload": {"device_name": "ac:87:a3:0a:2d:1b", "device_type": "DISCO", "interval_ms": 10.5,
               "sensors": [{"name": "accX", "units": "m/s2"}, {"name": "temp", "units": "Cel"}],
               "values": [[-9.81, 21], [1e-2, 21.5], [0.03, 22]]}}"""
                .getBytes(UTF_8),
            JSON);

    assertThat(sample.sensors())
        .containsExactly(new Sensor("accX", "m/s2"), new Sensor("temp", "Cel"));
    assertThat(sample.intervalMs()).isEqualTo(10.5);
    assertThat(sample.rows()).isEqualTo(3);
    assertThat(sample.lengthMs()).isEqualTo(31.5);
    assertThat(column(sample, 0)).containsExactly(new double[] {-9.81, 0.01, 0.03}, within(1e-6));
    assertThat(column(sample, 1)).containsExactly(21, 21.5, 22);
  }

  @Test
  void one_sensor_may_come_without_inner_brackets_and_before_it_is_named() throws Exception {
    SignalSample sample =
        SignalSample.read(
            payload("\"values\":[1,-2,3],\"interval_ms\":1,\"sensors\":[{\"name\":\"audio\"}]"),
            JSON);

    assertThat(sample.sensors()).containsExactly(new Sensor("audio", ""));
    assertThat(column(sample, 0)).containsExactly(1, -2, 3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "timestamp,accX,accY\n0,1,2\n16,3,4\n32,5,6\n",
        "timestamp,accX,accY\n0,1,2\n16,3,4\n32,5,6",
        "\uFEFFTimestamp,\"accX\", accY\r\n 0 ,1,2\r\n16,+3,.4e1\r\n\r\n32,5.,6\r\n",
        "timestamp,accX,accY\n1700000000000,1,2\n1700000000015,3,4\n1700000000032,5,6\n",
      })
  void csv_is_read_as_spreadsheets_and_loggers_write_it(String text) throws Exception {
    SignalSample sample = SignalSample.read(text.getBytes(UTF_8), CSV);

    assertThat(sample.sensors()).containsExactly(new Sensor("accX", ""), new Sensor("accY", ""));
    assertThat(sample.intervalMs()).isEqualTo(16);
    assertThat(column(sample, 0)).containsExactly(1, 3, 5);
    assertThat(column(sample, 1)).containsExactly(2, 4, 6);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                                                  | the first line must be timestamp",
        "accX,accY\\n1,2\\n3,4                             | the first line must be timestamp",
        "timestamp\\n1\\n2                                 | the first line must be timestamp",
        "timestamp,accX\\n0,1                              | at least two rows",
        "timestamp,accX\\n0,1\\n16,2,3                     | line 3 has 3 fields and the header has 2",
        "timestamp,accX\\n0,1\\n16                         | line 3 has 1 fields and the header has 2",
        "timestamp,accX\\n0,1\\n16,NaN                     | line 3 has a field that is no number",
        "timestamp,accX\\n0,1\\n16,Infinity                | line 3 has a field that is no number",
        "timestamp,accX\\n0,1\\n16,0x1p3                   | line 3 has a field that is no number",
        "timestamp,accX\\n0,1\\n16,1f                      | line 3 has a field that is no number",
        "timestamp,accX\\n0,1\\n16,                        | line 3 has a field that is no number",
        "timestamp,accX\\n0,1\\n16,1e39                    | value 2 is no finite number",
        "timestamp,accX,accX\\n0,1,1\\n16,2,2              | sensors have names, each its own",
        "timestamp,accX,\\n0,1,1\\n16,2,2                  | sensors have names, each its own",
        "PK                                                | the first line must be timestamp",
      })
  void csv_that_is_not_right_is_corrupt(String text, String message) {
    String csv = text == null ? "" : text.replace("\\n", "\n");

    assertFails(csv.getBytes(UTF_8), CSV, FailureCode.CORRUPT_INPUT, message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "timestamp,accX\n0,1\n16,2\n80,3",
        "timestamp,accX\n0,1\n16,2\n32,3\n48,4\n64,5\n100,6",
        "timestamp,accX\n0,1\n16,2\n16,3",
        "timestamp,accX\n0,1\n16,2\n8,3",
        "timestamp,accX\n32,1\n16,2\n0,3",
      })
  void rows_at_uneven_times_are_no_sample(String text) {
    assertFails(text.getBytes(UTF_8), CSV, FailureCode.INVALID_ITEM, "evenly spaced");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"payload\":                                     | not JSON, at line 1",
        "not json                                          | not JSON, at line 1",
        "[1]                                               | an object with a payload",
        "{}                                                | an object with a payload",
        "{\"payload\":[]}                                  | an object with a payload",
        "{\"payload\":{\"interval_ms\":1,\"sensors\":[{\"name\":\"a\"}],\"values\":[[1]]}} {} | something follows",
      })
  void json_that_is_no_sample_is_corrupt(String text, String message) {
    assertFails(text.getBytes(UTF_8), JSON, FailureCode.CORRUPT_INPUT, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'interval_ms':16,'values':[[1],[2]]                                | payload.sensors is missing",
        "'interval_ms':16,'sensors':{},'values':[[1],[2]]                   | payload.sensors must be an array",
        "'interval_ms':16,'sensors':['a'],'values':[[1],[2]]                | payload.sensors must be an array of objects",
        "'interval_ms':16,'sensors':[],'values':[[1],[2]]                   | rows have 1 values and there are 0 sensors",
        "'interval_ms':16,'sensors':[],'values':[]                          | 1 to 100 sensors",
        "'interval_ms':16,'sensors':[{'units':'g'}],'values':[[1],[2]]      | sensors have names",
        "'interval_ms':16,'sensors':[{'name':'a'}],'values':[]              | the sample has no values",
        "'interval_ms':16,'sensors':[{'name':'a'}]                          | the sample has no values",
        "'interval_ms':16,'sensors':[{'name':'a'}],'values':7               | payload.values must be an array",
        "'interval_ms':16,'sensors':[{'name':'a'}],'values':[[1],[]]        | row 2 has 0 values and the first has 1",
        "'interval_ms':16,'sensors':[{'name':'a'}],'values':[[1],[2,3]]     | row 2 has 2 values and the first has 1",
        "'interval_ms':16,'sensors':[{'name':'a'}],'values':[[1,2],[3,4]]   | rows have 2 values and there are 1 sensors",
        "'interval_ms':16,'sensors':[{'name':'a'}],'values':[[1],[null]]    | payload.values, row 2, is no number",
        "'interval_ms':16,'sensors':[{'name':'a'}],'values':[[1],['2']]     | payload.values, row 2, is no number",
        "'interval_ms':16,'sensors':[{'name':'a'}],'values':[[1],[[2]]]     | payload.values, row 2, is no number",
        "'interval_ms':16,'sensors':[{'name':'a'}],'values':[[1],[NaN]]     | not JSON",
        "'interval_ms':16,'sensors':[{'name':'a'}],'values':[[1],[1e999]]   | value 2 is no finite number",
        "'interval_ms':16,'sensors':[{'name':'a'}],'values':[[1],[-1e39]]   | value 2 is no finite number",
        "'interval_ms':0,'sensors':[{'name':'a'}],'values':[[1]]            | the interval",
        "'interval_ms':-1,'sensors':[{'name':'a'}],'values':[[1]]           | the interval",
        "'interval_ms':1e999,'sensors':[{'name':'a'}],'values':[[1]]        | the interval",
        "'interval_ms':'16','sensors':[{'name':'a'}],'values':[[1]]         | payload.interval_ms is no number",
        "'sensors':[{'name':'a'}],'values':[[1]]                            | the interval",
        "'interval_ms':16,'sensors':[{'name':'a'}],'values':[[1]],'values':[[2]] | payload.values is there twice",
      })
  void a_payload_that_is_not_right_is_corrupt(String fields, String message) {
    assertFails(payload(fields.replace('\'', '"')), JSON, FailureCode.CORRUPT_INPUT, message);
  }

  @Test
  void a_number_of_a_million_digits_and_brackets_without_end_are_corrupt() {
    String digits = "'interval_ms':" + "1".repeat(1_000_000);
    assertFails(payload(digits.replace('\'', '"')), JSON, FailureCode.CORRUPT_INPUT, "not JSON");
    String brackets = "'x':" + "[".repeat(100_000);
    assertFails(payload(brackets.replace('\'', '"')), JSON, FailureCode.CORRUPT_INPUT, "not JSON");
    String line = "timestamp,a\n0,1\n16," + "1".repeat(1_000_000);
    assertFails(line.getBytes(UTF_8), CSV, FailureCode.CORRUPT_INPUT, "line 3 is longer");
  }

  @Test
  void ten_million_values_are_too_large_and_are_not_held() {
    byte[] json = payload("\"values\":[" + "1,".repeat(10_000_000) + "1]");
    byte[] csv = ("timestamp,a\n" + "0,1\n".repeat(3_000_000)).getBytes(UTF_8);

    assertFails(json, JSON, FailureCode.TOO_LARGE, "more than 2000000 values");
    assertFails(csv, CSV, FailureCode.TOO_LARGE, "more than 2000000 values");
  }

  @Test
  void a_hundred_and_one_sensors_are_too_many() {
    String sensors = "{\"name\":\"a\"},".repeat(100) + "{\"name\":\"a\"}";
    assertFails(
        payload("\"sensors\":[" + sensors + "]"), JSON, FailureCode.TOO_LARGE, "100 sensors");
    String header = "timestamp" + ",a".repeat(101) + "\n";
    assertFails(header.getBytes(UTF_8), CSV, FailureCode.TOO_LARGE, "100 sensors");
  }

  @Test
  void a_sample_cut_anywhere_is_corrupt() {
    byte[] whole = SyntheticSignals.json(new SyntheticSignals(1).rows("wave", 20)).getBytes(UTF_8);
    // The last byte is the end of the line.
    for (int length = 0; length < whole.length - 1; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertFails(cut, JSON, FailureCode.CORRUPT_INPUT, "");
    }
  }

  @Test
  void other_media_types_are_not_read() {
    assertFails(new byte[1], "audio/wav", FailureCode.UNSUPPORTED_FORMAT, "not audio/wav");
  }

  private static byte[] payload(String fields) {
    return ("{\"payload\":{" + fields + "}}").getBytes(UTF_8);
  }

  private static double[] column(SignalSample sample, int sensor) {
    double[] column = new double[sample.rows()];
    sample.copy(sensor, 0, column);
    return column;
  }

  private static void assertFails(
      byte[] content, String mediaType, FailureCode code, String message) {
    assertThatThrownBy(() -> SignalSample.read(content, mediaType))
        .hasMessageContaining(message)
        .asInstanceOf(InstanceOfAssertFactories.type(SignalException.class))
        .extracting(SignalException::code)
        .isEqualTo(code);
  }
}
