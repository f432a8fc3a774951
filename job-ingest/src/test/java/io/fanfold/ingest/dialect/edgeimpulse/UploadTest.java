package io.fanfold.ingest.dialect.edgeimpulse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fanfold.kit.ProblemException;
import io.fanfold.schemas.SampleCategory;
import io.fanfold.schemas.SampleSensor;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UploadTest {

  private static final String JSON =
      """
      {"protected":{"ver":"v1","alg":"HS256","iat":1564128599},"signature":"00",
       "payload":{"device_name":"ac:87","device_type":"DISCO","interval_ms":10,
         "sensors":[{"name":"accX","units":"m/s2"},{"name":"accY"}],
         "values":[[-9.81,0.03],[-9.83,0.04],[-9.12,0.03]]}}
      """;

  @Test
  void the_acquisition_format_says_what_a_sample_needs() {
    Acquisition read = Acquisition.read(Acquisition.JSON, JSON.getBytes(UTF_8));

    assertThat(read)
        .isEqualTo(
            new Acquisition(
                "ac:87",
                "DISCO",
                10,
                List.of(new SampleSensor("accX", "m/s2"), new SampleSensor("accY", "N/A")),
                3,
                "HS256",
                Instant.ofEpochSecond(1_564_128_599)));
    assertThat(read.totalLengthMs()).isEqualTo(30);
  }

  @Test
  void values_of_a_single_axis_may_be_bare() {
    String one =
        "{\"payload\":{\"interval_ms\":1,\"sensors\":[{\"name\":\"a\"}],\"values\":[1,2]}}";

    Acquisition read = Acquisition.read(Acquisition.JSON, one.getBytes(UTF_8));
    assertThat(read.valuesCount()).isEqualTo(2);
    assertThat(read.signatureMethod()).isEqualTo("none");
    assertThat(read.createdAt()).isNull();
  }

  @Test
  void csv_has_its_interval_in_its_first_column() {
    String csv = "\uFEFF\"timestamp\",accX,accY\r\n0,1,2\r\n16,3,4\r\n32,5,6\r\n";

    Acquisition read = Acquisition.read(Acquisition.CSV, csv.getBytes(UTF_8));
    assertThat(read.intervalMs()).isEqualTo(16);
    assertThat(read.valuesCount()).isEqualTo(3);
    assertThat(read.sensors())
        .containsExactly(new SampleSensor("accX", "N/A"), new SampleSensor("accY", "N/A"));
    assertThat(read.signatureMethod()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"payload\":{}}",
        "{\"payload\":{\"interval_ms\":0,\"sensors\":[{\"name\":\"a\"}],\"values\":[[1]]}}",
        "{\"payload\":{\"interval_ms\":1,\"sensors\":[],\"values\":[[1]]}}",
        "{\"payload\":{\"interval_ms\":1,\"sensors\":[{\"units\":\"g\"}],\"values\":[[1]]}}",
        "{\"payload\":{\"interval_ms\":1,\"sensors\":[{\"name\":\"a\"}],\"values\":[]}}",
        "{\"payload\":{\"interval_ms\":1,\"sensors\":[{\"name\":\"a\"}],\"values\":[[1,2]]}}",
        "{\"payload\":{\"interval_ms\":1,\"sensors\":[{\"name\":\"a\"}],\"values\":[[\"1\"]]}}",
        "{\"payload\":{\"interval_ms\":1,\"sensors\":[{\"name\":\"a\"}],\"values\":[[1e999]]}}",
        "not json"
      })
  void what_is_no_recording_is_refused(String content) {
    assertThatThrownBy(() -> Acquisition.read(Acquisition.JSON, content.getBytes(UTF_8)))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.problem().status()).isEqualTo(400));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "time,a\n0,1\n1,2",
        "timestamp\n0\n1",
        "timestamp,a\n0,1",
        "timestamp,a\n0,1\n0,2",
        "timestamp,a\n0,1\n1",
        "timestamp,a\n0,1\n1,NaN",
        "timestamp,a\n0,1\n1,x"
      })
  void what_is_no_csv_recording_is_refused(String content) {
    assertThatThrownBy(() -> Acquisition.read(Acquisition.CSV, content.getBytes(UTF_8)))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.problem().status()).isEqualTo(400));
  }

  @Test
  void headers_say_the_label_and_else_the_name_does() {
    assertThat(upload(Map.of("x-label", "snake"), "wave.1.json").label()).isEqualTo("snake");
    assertThat(upload(Map.of(), "dir/wave.1.json").label()).isEqualTo("wave");
    assertThat(upload(Map.of("x-no-label", "1"), "wave.1.json").label()).isNull();
    assertThat(upload(Map.of(), "wave.1.json").category()).isEqualTo(SampleCategory.TESTING);
    assertThat(upload(Map.of("x-disallow-duplicates", "1"), "a").unique()).isTrue();
    assertThat(upload(Map.of("x-metadata", "{\"site\":\"north\",\"n\":1}"), "a").metadata())
        .isEqualTo(Map.of("site", "north", "n", "1"));
  }

  @Test
  void the_stored_name_is_one_of_a_kind() {
    assertThat(upload(Map.of(), "idle01.json").storedName(35)).isEqualTo("idle01.z");
    assertThat(upload(Map.of(), "idle01").storedName(35)).isEqualTo("idle01.z");
  }

  @Test
  void a_category_a_name_and_a_format_are_required() {
    assertThatThrownBy(() -> Upload.read("validation", name -> null, "a.json", null, new byte[0]))
        .hasMessageContaining("training or testing");
    assertThatThrownBy(() -> Upload.read("testing", name -> null, null, null, new byte[0]))
        .hasMessageContaining("x-file-name");
    assertThatThrownBy(
            () -> Upload.read("testing", name -> null, "a.wav", "audio/wav", new byte[1]))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.problem().status()).isEqualTo(415));
  }

  @Test
  void a_form_has_its_files_as_they_were_sent() {
    String form =
        "--xyz\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n"
            + "--xyz\r\nContent-Disposition: form-data; name=\"data\"; filename=\"wäve.1.csv\"\r\n"
            + "Content-Type: text/csv\r\n\r\na\r\nb\r\n\r\n--xyz--\r\n";

    List<Multipart.Part> parts =
        Multipart.parse("multipart/form-data; boundary=xyz", form.getBytes(UTF_8));
    assertThat(parts).hasSize(2);
    assertThat(parts.get(0).filename()).isNull();
    assertThat(parts.get(1).filename()).isEqualTo("wäve.1.csv");
    assertThat(parts.get(1).contentType()).isEqualTo("text/csv");
    assertThat(parts.get(1).content()).isEqualTo("a\r\nb\r\n".getBytes(UTF_8));
  }

  @Test
  void a_form_that_is_cut_short_is_refused() {
    byte[] cut = "--xyz\r\nContent-Type: text/csv\r\n\r\na".getBytes(UTF_8);

    assertThatThrownBy(() -> Multipart.parse("multipart/form-data; boundary=\"xyz\"", cut))
        .hasMessageContaining("cut short");
    assertThatThrownBy(() -> Multipart.parse("application/json", cut))
        .hasMessageContaining("boundary");
  }

  private static Upload upload(Map<String, String> headers, String name) {
    return Upload.read("testing", headers::get, name, "application/json", JSON.getBytes(UTF_8));
  }
}
