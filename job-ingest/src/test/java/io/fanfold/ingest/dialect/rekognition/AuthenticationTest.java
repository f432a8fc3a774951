package io.fanfold.ingest.dialect.rekognition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fanfold.ingest.dialect.rekognition.RekognitionServer.Call;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Random;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.http.SdkHttpRequest;

/** Signatures, as the SDK's own signer makes them. */
final class AuthenticationTest {

  private static final Call LIST = Call.of("ListMediaAnalysisJobs", "{}");

  private final RekognitionServer server = new RekognitionServer(false);

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void a_request_signed_with_the_secret_of_a_key_is_its_projects() {
    HttpResponse<String> answer = server.call(LIST);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(server.jobs.asked).containsExactly("team rekognition {limit=100}");
    server.call(LIST.signedWith("AKIDOTHER", "secret"));
    assertThat(server.jobs.asked).last().asString().startsWith("other ");
  }

  @Test
  void the_signers_signature_is_ours_whatever_headers_and_bodies() {
    long seed = Long.getLong("fanfold.seed", System.nanoTime());
    System.out.println("seed " + seed);
    var random = new Random(seed);
    for (int i = 0; i < 50; i++) {
      String body = "{} ".repeat(random.nextInt(20)) + random.nextLong() + "\u00e4\ud83d\ude00";
      Call call =
          Call.of("Nothing", body)
              .with("X-Amz-Some", " a" + " ".repeat(random.nextInt(4)) + "b " + random.nextInt());
      assertThat(type(server.call(call))).as("seed " + seed).isEqualTo("UnknownOperationException");
    }
  }

  @Test
  void another_secret_is_an_invalid_signature() {
    assertThat(type(server.call(LIST.signedWith(RekognitionServer.KEY_ID, "guess"))))
        .isEqualTo("InvalidSignatureException");
    assertThat(server.jobs.asked).isEmpty();
  }

  @Test
  void an_unknown_access_key_is_an_unrecognized_client() {
    assertThat(type(server.call(LIST.signedWith("AKIDNOBODY", RekognitionServer.SECRET))))
        .isEqualTo("UnrecognizedClientException");
  }

  @Test
  void a_signature_does_not_do_for_another_body_or_operation_or_path() {
    SdkHttpRequest signed = server.signed(LIST);

    assertThat(type(server.send(signed, "{\"MaxResults\":5}")))
        .isEqualTo("InvalidSignatureException");
    SdkHttpRequest other =
        signed.copy(
            copy -> copy.putHeader("X-Amz-Target", "RekognitionService.GetMediaAnalysisJob"));
    assertThat(type(server.send(other, "{}"))).isEqualTo("InvalidSignatureException");
    SdkHttpRequest query = signed.copy(copy -> copy.putRawQueryParameter("a", "b"));
    assertThat(type(server.send(query, "{}"))).isEqualTo("InvalidSignatureException");
    assertThat(server.send(signed, "{}").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"-301,400", "-299,200", "299,200", "301,400"})
  void a_signature_is_good_for_five_minutes(int seconds, int status) {
    HttpResponse<String> answer =
        server.call(LIST.at(RekognitionServer.NOW.plus(Duration.ofSeconds(seconds))));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Date")).hasValue("Sat, 31 Jan 2026 12:00:00 GMT");
    if (status == 400) {
      assertThat(type(answer)).isEqualTo("InvalidSignatureException");
    }
  }

  @Test
  void another_services_signature_is_not_taken() {
    assertThat(type(server.call(LIST.scopedTo("s3")))).isEqualTo("InvalidSignatureException");
  }

  @Test
  void what_has_to_be_signed_is_signed() {
    SdkHttpRequest signed = server.signed(LIST);
    String header = signed.firstMatchingHeader("Authorization").orElseThrow();
    SdkHttpRequest less =
        signed.copy(copy -> copy.putHeader("Authorization", header.replace(";x-amz-target", "")));

    HttpResponse<String> answer = server.send(less, "{}");

    assertThat(type(answer)).isEqualTo("InvalidSignatureException");
    assertThat(answer.body()).contains("x-amz-target");
  }

  @Test
  void no_authorization_is_a_missing_token() {
    HttpResponse<String> answer = server.send(server.request().POST(BodyPublishers.ofString("{}")));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(type(answer)).isEqualTo("MissingAuthenticationTokenException");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer abc",
        "AWS4-HMAC-SHA256 ",
        "AWS4-HMAC-SHA256 Credential=AKID/20260131/eu-west-1/rekognition/aws4_request",
        "AWS4-HMAC-SHA256 Credential=AKID/today/r/s/aws4_request, SignedHeaders=host, Signature=ab",
        "AWS4-HMAC-SHA256 Credential=AKID/20260131/r/s/aws4_request, SignedHeaders=Host,"
            + " Signature=0000000000000000000000000000000000000000000000000000000000000000",
        "AWS4-HMAC-SHA256 Credential=AKID/20260131/r/s/aws4_request, SignedHeaders=host,"
            + " Signature=00"
      })
  void what_is_no_signature_is_an_incomplete_one_also_when_any_is_taken(String header) {
    assertThat(type(bare(server, header))).isEqualTo("IncompleteSignatureException");
    try (var open = new RekognitionServer(true)) {
      assertThat(type(bare(open, header))).isEqualTo("IncompleteSignatureException");
    }
  }

  @Test
  void when_any_is_taken_the_project_is_the_one_that_is_named() {
    try (var open = new RekognitionServer(true)) {
      open.call(LIST.signedWith("anyone", "any"));
      open.call(LIST.signedWith("anyone", "any").with("Fanfold-Project", "mine"));

      assertThat(open.jobs.asked)
          .containsExactly("default rekognition {limit=100}", "mine rekognition {limit=100}");
    }
  }

  @Test
  void a_key_opens_no_other_project() {
    assertThat(type(server.call(LIST.with("Fanfold-Project", "other"))))
        .isEqualTo("AccessDeniedException");
    assertThat(server.call(LIST.with("Fanfold-Project", "team")).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"team", "team:AKID", "team:AKID:", "te am:AKID:x", "t:a b:x", "t:a:x,t:a:y"})
  void keys_that_are_none_are_refused_without_repeating_them(String keys) {
    assertThatThrownBy(() -> AccessKeys.parse("rekognition.keys", new Password(keys)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("rekognition.keys")
        .hasMessageNotContaining("AKID");
  }

  private static HttpResponse<String> bare(RekognitionServer to, String authorization) {
    return to.send(
        to.request()
            .header("Authorization", authorization)
            .header("X-Amz-Date", "20260131T120000Z")
            .POST(BodyPublishers.ofString("{}")));
  }

  private static String type(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    return RekognitionServer.json(answer).path("__type").asText();
  }
}
