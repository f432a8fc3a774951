package io.fanfold.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The catalogue of bad submissions: each is a problem document, and nothing comes of any. */
@Timeout(60)
final class BadInputTest {

  private static final String REST = ",\"features\":[{\"name\":\"TextDetection\"}]";
  private static final String ITEM = "{\"items\":[{\"uri\":\"http://a.example/\"}]";

  private static ApiServer api;

  @BeforeAll
  static void start() {
    api =
        new ApiServer(
            Samples.codec("bad-input-test"), "http://127.0.0.1:9", Samples.TEXT, Samples.TARGETS);
    // The frame the cases are put in is good.
    assertThat(api.post(ITEM + REST + "}").statusCode()).isEqualTo(202);
    api.producer.clear();
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  static Stream<Arguments> catalogue() {
    var cases = new ArrayList<Arguments>();
    json(cases);
    fields(cases);
    places(cases);
    itemUris(cases);
    webhookUrls(cases);
    return cases.stream();
  }

  private static void json(List<Arguments> cases) {
    for (String body :
        List.of(
            "",
            " ",
            "{",
            "}",
            "nothing",
            "[",
            "[]",
            "[{}]",
            "null",
            "1",
            "\"a\"",
            "true",
            "NaN",
            "{\"items\":}",
            "{'items':[]}",
            "{items:[]}",
            "{\"items\":[]",
            "{\"items\":[],}",
            ITEM + REST + "}}",
            ITEM + REST + "} {}",
            ITEM + REST + "}x",
            ITEM + REST + "}\0",
            ITEM + REST + REST + "}",
            ITEM + REST + ",\"name\":\"a\",\"name\":\"a\"}",
            ITEM + REST + ",\"name\":\"\\ud800\"}",
            ITEM + REST + ",\"\\ud800\":1}",
            ITEM + REST + ",\"metadata\":{\"\\udfff\":\"v\"}}",
            ITEM + ",\"features\":[{\"name\":\"TextDetection\",\"parameters\":{\"\\ud800\":1}}]}",
            ITEM + ",\"features\":[{\"name\":\"\\ud800\"}]}",
            ITEM + REST + ",\"name\":\"a\0b\"}",
            ITEM + REST + ",\"name\":\"a\nb\"}",
            ITEM + REST + ",\"priority\":NaN}",
            ITEM + REST + ",\"priority\":Infinity}",
            ITEM + REST + ",\"priority\":1e999999999}",
            ITEM + REST + ",\"priority\":1e99999999999}",
            ITEM + REST + ",\"priority\":01}",
            ITEM + REST + ",\"priority\":0x1}",
            "\ufeff" + ITEM + REST + "}",
            "[".repeat(1_001),
            "[".repeat(100_000),
            "{\"a\":".repeat(50_000),
            "{\"items\":" + "[".repeat(65) + "]".repeat(65) + "}")) {
      cases.add(of(body));
    }
    for (Charset charset :
        List.of(
            StandardCharsets.UTF_16,
            StandardCharsets.UTF_16LE,
            StandardCharsets.UTF_16BE,
            Charset.forName("UTF-32"))) {
      cases.add(Arguments.of("in " + charset, (ITEM + REST + "}").getBytes(charset)));
    }
    for (int[] bytes :
        new int[][] {
          {0xC0, 0xAF},
          {0xE0, 0x80, 0xAF},
          {0xED, 0xA0, 0x80},
          {0xFF},
          {0x80},
          {0xC3},
          {0xF4, 0x90, 0x80, 0x80}
        }) {
      var body = new ByteArrayOutputStream();
      body.writeBytes((ITEM + REST + ",\"name\":\"").getBytes(StandardCharsets.UTF_8));
      for (int b : bytes) {
        body.write(b);
      }
      body.writeBytes("\"}".getBytes(StandardCharsets.UTF_8));
      cases.add(Arguments.of("bytes " + bytes[0], body.toByteArray()));
    }
    var flood = new StringBuilder(ITEM + REST);
    for (int i = 0; i < 40_000; i++) {
      flood.append(",\"k").append(i).append("\":1");
    }
    cases.add(Arguments.of("40000 keys", (flood + "}").getBytes(StandardCharsets.UTF_8)));
    cases.add(of("{\"items\":[" + "{},".repeat(150_000) + "{}]" + REST + "}"));
    cases.add(of("{\"items\":[" + "1,".repeat(250_000) + "1]" + REST + "}"));
    cases.add(of("{\"" + "k".repeat(60_000) + "\":1}"));
    cases.add(of("{\"" + "\uD83D\uDE00".repeat(20_000) + "\":1}"));
  }

  private static void places(List<Arguments> cases) {
    String start = "{" + REST.substring(1);
    for (String manifest :
        List.of(
            "\"m\"",
            "{}",
            "{\"uri\":null}",
            "{\"uri\":\"\"}",
            "{\"uri\":\"m.jsonl\"}",
            "{\"uri\":\"file:m.jsonl\"}",
            "{\"uri\":\"data:,a\"}",
            "{\"uri\":\"ftp://a/b\"}",
            "{\"uri\":\"s3://bucket\"}",
            "{\"uri\":\"file:///a\\u0000\"}",
            "{\"uri\":\"file:///" + "x".repeat(2_048) + "\"}",
            "{\"uri\":\"file:///a\",\"format\":\"CSV\"}",
            "{\"uri\":\"file:///a\",\"more\":1}")) {
      cases.add(of(start + ",\"manifest\":" + manifest + "}"));
    }
    cases.add(of(ITEM + REST + ",\"manifest\":{\"uri\":\"file:///a\"}}"));
    for (String output : List.of("", "out", "file:out", "http://a/", "s3://bucket", "data:,")) {
      cases.add(of(ITEM + REST + ",\"outputUri\":\"" + output + "\"}"));
    }
    cases.add(of(ITEM + REST + ",\"submissionId\":\"a\"}"));
  }

  private static void fields(List<Arguments> cases) {
    for (String body :
        List.of(
            "{}",
            "{\"items\":[]" + REST + "}",
            ITEM + "}",
            ITEM + ",\"features\":[]}",
            "{\"items\":null" + REST + "}",
            ITEM + ",\"features\":null}",
            ITEM + ",\"features\":[{}]}",
            ITEM + ",\"features\":[{\"name\":\"textdetection\"}]}",
            ITEM + ",\"features\":[{\"name\":\"TextDetection\"},{\"name\":\"TextDetection\"}]}",
            ITEM + ",\"features\":[{\"name\":\"Text\u0394etection\"}]}",
            ITEM + ",\"features\":[{\"name\":\"TargetMatch\"}]}",
            "{\"items\":[{}]" + REST + "}",
            "{\"items\":[{\"uri\":null}]" + REST + "}",
            "{\"items\":[{\"uri\":\"\"}]" + REST + "}",
            "{\"items\":[[]]" + REST + "}",
            "{\"items\":[{\"uri\":\"data:,\",\"id\":1}]" + REST + "}",
            "{\"items\":["
                + "{\"uri\":\"data:,\"},".repeat(1_000)
                + "{\"uri\":\"data:,\"}]"
                + REST
                + "}")) {
      cases.add(of(body));
    }
    for (String field :
        List.of(
            "\"batchSize\":0",
            "\"batchSize\":-1",
            "\"batchSize\":1001",
            "\"batchSize\":\"5\"",
            "\"batchSize\":1.9",
            "\"batchSize\":2147483648",
            "\"batchSize\":9223372036854775808",
            "\"priority\":101",
            "\"priority\":-101",
            "\"priority\":\"high\"",
            "\"priority\":1.0",
            "\"ttlSeconds\":0",
            "\"ttlSeconds\":-1",
            "\"ttlSeconds\":9223372036854775807",
            "\"ttlSeconds\":9223372036854775808",
            "\"ttlSeconds\":\"60\"",
            "\"failureIsolation\":\"item\"",
            "\"failureIsolation\":\"\"",
            "\"failureIsolation\":1",
            "\"deadline\":\"yesterday\"",
            "\"deadline\":\"2026-01-31\"",
            "\"deadline\":0",
            "\"deadline\":\"+999999999-12-31T23:59:59Z\"",
            "\"deadline\":\"-0001-01-01T00:00:00Z\"",
            "\"deadline\":\"+294248-01-01T00:00:00Z\"",
            "\"deadline\":\"1969-12-31T23:59:59Z\"",
            "\"name\":\"\"",
            "\"name\":1",
            "\"name\":\"a\\r\\nSet-Cookie: b\"",
            "\"name\":\"a\\u0000\"",
            "\"name\":\"\\u001b[31m\"",
            "\"name\":\"\\u0085\"",
            "\"name\":\"" + "x".repeat(10_000) + "\"",
            "\"customId\":\"\\n\"",
            "\"customId\":{}",
            "\"feedId\":[]",
            "\"tag\":\"" + "\\u202e".repeat(257) + "\"",
            "\"tag\":true",
            "\"metadata\":[]",
            "\"metadata\":{\"k\":1}",
            "\"metadata\":{\"k\":null}",
            "\"metadata\":{\"\":\"v\"}",
            "\"metadata\":{\"a\\nb\":\"v\"}",
            "\"metadata\":{\"k\":\"\\u0000\"}",
            "\"project\":\"other\"",
            "\"id\":0",
            "\"id\":-1",
            "\"Name\":\"a\"",
            "\"__proto__\":{}",
            "\"webhook\":\"https://a.example/\"",
            "\"webhook\":{}",
            "\"webhook\":{\"url\":\"https://a.example/\"}",
            "\"webhook\":{\"url\":\"https://a.example/\",\"secret\":\"whsec_\"}",
            "\"webhook\":{\"url\":\"https://a.example/\",\"secret\":\"a\\r\\nb\"}",
            "\"webhook\":{\"url\":\"https://a.example/\",\"secretRef\":\"a\\r\\nb\"}",
            "\"webhook\":{\"url\":\"https://a.example/\",\"secretRef\":\"a\",\"format\":\"deepva\"}",
            "\"webhook\":{\"url\":\"https://a.example/\",\"secretRef\":\"a\",\"events\":[\"x\"]}")) {
      cases.add(of(ITEM + REST + "," + field + "}"));
    }
    for (String parameters :
        List.of(
            "[]",
            "1",
            "{\"threshold\":\"0.5\"}",
            "{\"threshold\":1.1}",
            "{\"threshold\":1e999}",
            "{\"threshold\":null}",
            "{\"threshold\":{}}",
            "{\"lines\":1.5}",
            "{\"lines\":0}",
            "{\"lines\":9223372036854775808}",
            "{\"upright\":\"true\"}",
            "{\"words\":[1]}",
            "{\"words\":[\"a\",\"b\",\"c\"]}",
            "{\"no\":1}",
            "{\"language\":\"" + "x".repeat(300_000) + "\"}",
            "{\"words\":[\"" + "x".repeat(300_000) + "\"]}")) {
      cases.add(
          of(
              ITEM
                  + ",\"features\":[{\"name\":\"TextDetection\",\"parameters\":"
                  + parameters
                  + "}]}"));
    }
  }

  private static void itemUris(List<Arguments> cases) {
    for (String uri :
        List.of(
            "a",
            "/etc/passwd",
            "../../etc/passwd",
            "//a.example/x",
            "C:\\\\x",
            "jar:file:///a!/b",
            "ftp://a/b",
            "gopher://a/b",
            "ldap://a/b",
            "dict://a:11211/",
            "s3:a/b",
            "s3://",
            "s3://bucket",
            "s3:///key",
            "s3://?/key",
            "javascript:alert(1)",
            "about:blank",
            "blob:x",
            "mailto:a@b",
            "netdoc:///etc/passwd",
            "view-source:http://a",
            " http://a",
            "http",
            "http//a",
            ":",
            "://a",
            "%68ttp://a",
            "http\\u0000://a",
            "http://a/\\u0000",
            "http://a/\\r\\nHost: b",
            "http://a/\\n",
            "file:///a.jpg\\u0000.png",
            "file:///a\\u001b[0m",
            "h\u0442tp://a",
            "\uff48ttp://a",
            "http://a/" + "x".repeat(2_048),
            "data:," + "x".repeat(131_072))) {
      cases.add(of("{\"items\":[{\"uri\":\"" + uri + "\"}]" + REST + "}"));
    }
  }

  private static void webhookUrls(List<Arguments> cases) {
    for (String url :
        List.of(
            "",
            "a.example",
            "http://a.example/",
            "ftp://a.example/",
            "file:///etc/passwd",
            "https://",
            "https:///x",
            "https://a:b@a.example/",
            "https://a.example@127.0.0.1/",
            "https://a.example/#f",
            "https://a.example:22/",
            "https://a.example:0/",
            "https://a.example:65536/",
            "https://a.example:-1/",
            "https://a example/",
            "https://a.example/\\r\\nX: y",
            "https://a.example/\\u0000",
            "https://a_\\u00e9.example/",
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0177.0.0.1/",
            "https://010.0.0.1/",
            "https://0.0.0.0/",
            "https://10.0.0.1/",
            "https://172.16.0.1/",
            "https://192.168.1.1/",
            "https://169.254.169.254/",
            "https://100.64.0.1/",
            "https://192.0.0.1/",
            "https://198.18.0.1/",
            "https://240.0.0.1/",
            "https://255.255.255.255/",
            "https://224.0.0.1/",
            "https://localhost/",
            "https://LOCALHOST./",
            "https://a.localhost/",
            "https://[::1]/",
            "https://[::]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::127.0.0.1]/",
            "https://[fe80::1]/",
            "https://[fd00:ec2::254]/",
            "https://[64:ff9b::7f00:1]/",
            "https://[2002:7f00:1::]/",
            "https://[fe80::1%25eth0]/",
            "https://%31%32%37.0.0.1/",
            "https://a.example/" + "x".repeat(2_048))) {
      cases.add(of(ITEM + REST + ",\"webhook\":{\"url\":\"" + url + "\",\"secretRef\":\"main\"}}"));
    }
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @MethodSource("catalogue")
  void a_bad_submission_is_a_problem_and_nothing_is_produced(String name, byte[] body) {
    HttpResponse<String> answer = api.post(body);

    assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 499);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(answer.body()).hasSizeLessThan(8_000);
    JsonNode problem = ApiServer.json(answer);
    assertThat(problem.get("status").intValue()).isEqualTo(answer.statusCode());
    assertThat(problem.get("code").textValue()).isIn("INVALID_REQUEST", "MALFORMED_JSON");
    assertThat(problem.get("detail").textValue()).isNotBlank();
    if (problem.get("code").textValue().equals("INVALID_REQUEST")) {
      assertThat(problem.get("errors")).isNotEmpty().hasSizeLessThanOrEqualTo(20);
    }
    assertThat(api.producer.history()).as(name).isEmpty();
  }

  private static Arguments of(String body) {
    String name = body.length() > 90 ? body.substring(0, 40) + "..." : body;
    return Arguments.of(name.replaceAll("[^ -~]", "?"), body.getBytes(StandardCharsets.UTF_8));
  }
}
