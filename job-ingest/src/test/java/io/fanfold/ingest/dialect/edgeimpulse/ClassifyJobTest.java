package io.fanfold.ingest.dialect.edgeimpulse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.schemas.JobSubmission;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ClassifyJobTest {

  @Test
  void a_request_becomes_a_job_over_the_testing_samples() {
    ClassifyRequest request =
        ClassifyRequest.read(
            Given.json("{\"modelVariants\":[\"int8\",\"float32\"],\"skipFeatureGeneration\":true}"),
            3L);

    JobSubmission root =
        request.submission(
            "42",
            List.of(Given.sample(7, "wave"), Given.sample(8, null)),
            "file:///m",
            0.6,
            "int8",
            List.of(5L));
    assertThat(request.variants()).containsExactly("int8", "float32");
    assertThat(root.getProject()).isEqualTo("42");
    assertThat(root.getItems()).extracting(item -> item.getCustomId()).containsExactly("7", "8");
    assertThat(root.getItems().get(0).getMediaType()).isEqualTo("application/json");
    assertThat(root.getCustomId()).isEqualTo("3/int8");
    assertThat(root.getTag()).isEqualTo("root");
    assertThat(root.getFeatures().get(0).getName()).isEqualTo("SignalClassification");
    assertThat(root.getFeatures().get(0).getParameters())
        .isEqualTo(Map.of("model", "file:///m", "threshold", 0.6, "variant", "int8"));
    assertThat(root.getDialect().getRequest())
        .isEqualTo("{\"impulseId\":3,\"variant\":\"int8\",\"children\":[5]}");
    assertThat(
            request
                .submission("42", List.of(Given.sample(7, "a")), "m", 0, "float32", List.of())
                .getTag())
        .isEqualTo("child");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"modelVariants\":[]}", "{\"modelVariants\":null}"})
  void without_variants_and_impulse_the_defaults_are_meant(String body) {
    assertThat(ClassifyRequest.read(Given.json(body), null))
        .isEqualTo(new ClassifyRequest(1, List.of("float32")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"modelVariants\":[\"akida\"]}|akida",
        "{\"modelVariants\":[\"int4\"]}|int8 or float32",
        "{\"modelVariants\":\"int8\"}|a list",
        "[]|object"
      })
  void what_cannot_be_done_is_said(String body, String message) {
    assertThatThrownBy(() -> ClassifyRequest.read(Given.json(body), null))
        .hasMessageContaining(message);
  }

  @Test
  void a_data_set_without_testing_samples_is_refused() {
    assertThatThrownBy(
            () ->
                new ClassifyRequest(1, List.of("int8"))
                    .submission("42", List.of(), "m", 0, "int8", List.of()))
        .hasMessageContaining("testing");
  }

  @Test
  void a_job_is_shown_in_the_studios_words() {
    JsonNode job = new ClassifyJob(Given.job(77, "COMPLETED", "int8"), List.of()).json();

    assertThat(job.toString())
        .isEqualTo(
            """
            {"id":77,"category":"Model testing","categoryKey":"classify","key":"classify",\
            "created":"2026-01-02T03:04:05.123Z","started":"2026-01-02T03:04:06.500Z",\
            "finished":"2026-01-02T03:04:08Z","finishedSuccessful":true,\
            "jobNotificationUids":[],"additionalInfo":"4 samples, 3 classified, 1 failed",\
            "computeTime":1.5,"metadata":{"impulseId":1,"modelVariants":["int8"]}}""");
  }

  @ParameterizedTest
  @CsvSource({
    "COMPLETED,COMPLETED,true",
    "COMPLETED,FAILED,false",
    "CANCELED,COMPLETED,false",
    "COMPLETED,EXPIRED,false"
  })
  void a_job_of_two_variants_ends_as_both_do(String one, String other, boolean successful) {
    var job =
        new ClassifyJob(Given.job(77, one, "int8", 76), List.of(Given.job(76, other, "float32")));

    assertThat(job.json().path("finishedSuccessful").asBoolean()).isEqualTo(successful);
    assertThat(job.json().path("computeTime").asDouble()).isEqualTo(3);
  }

  @Test
  void a_job_runs_as_long_as_one_of_its_variants_does() {
    var job =
        new ClassifyJob(
            Given.job(77, "COMPLETED", "int8", 76), List.of(Given.job(76, "RUNNING", "float32")));

    assertThat(job.json().has("finished")).isFalse();
    assertThat(job.json().has("finishedSuccessful")).isFalse();
  }

  @Test
  void the_log_tells_what_happened_in_order() {
    JsonNode batches =
        Given.json(
            """
            [{"index":0,"attempt":1,"state":"COMPLETED","succeeded":2,"failed":0,
              "failedByCode":{},"updatedAt":"2026-01-02T03:04:07.5Z"},
             {"index":1,"attempt":1,"state":"COMPLETED","succeeded":1,"failed":1,
              "failedByCode":{"CORRUPT_INPUT":1},"updatedAt":"2026-01-02T03:04:07Z"},
             {"index":2,"attempt":1,"state":"RUNNING","succeeded":0,"failed":0,
              "failedByCode":{},"updatedAt":"2026-01-02T03:04:07Z"}]
            """);

    List<JobLog.Line> lines = JobLog.of(Given.job(77, "COMPLETED", "int8"), batches);

    assertThat(lines)
        .extracting(JobLog.Line::data)
        .containsExactly(
            "Classifying 4 samples (int8)\n",
            "A worker has begun (int8)\n",
            "Batch 2 completed: 1 classified, 1 failed (int8); 1 CORRUPT_INPUT\n",
            "Batch 1 completed: 2 classified, 0 failed (int8)\n",
            "Job completed (int8): 3 classified, 1 failed, 0 not run; 1 CORRUPT_INPUT\n");
    assertThat(lines.get(2).json().toString())
        .isEqualTo(
            "{\"created\":\"2026-01-02T03:04:07Z\",\"data\":\"Batch 2 completed: 1 classified, 1"
                + " failed (int8); 1 CORRUPT_INPUT\\n\",\"logLevel\":\"warn\"}");
    assertThat(lines).extracting(JobLog.Line::id).doesNotHaveDuplicates();
    assertThat(JobLog.of(Given.job(77, "FAILED", "int8"), Given.json("[]")).get(2).level())
        .isEqualTo(JobLog.Level.ERROR);
  }

  @Test
  void the_model_is_that_of_the_entry_that_says_the_most() {
    Models models =
        Models.parse("m", List.of("*/*=any", "42/*=project", "*/3=impulse", "42/1=both"));

    assertThat(models.uri("42", 1)).hasValue("both");
    assertThat(models.uri("42", 3)).hasValue("project");
    assertThat(models.uri("7", 3)).hasValue("impulse");
    assertThat(models.uri("7", 1)).hasValue("any");
    assertThat(Models.parse("m", List.of("42/1=x")).uri("42", 2)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"42=x", "42/1", "42/1=", "a/1=x"})
  void an_entry_that_names_no_model_is_refused(String entry) {
    assertThatThrownBy(() -> Models.parse("m", List.of(entry))).isInstanceOf(ConfigException.class);
  }
}
