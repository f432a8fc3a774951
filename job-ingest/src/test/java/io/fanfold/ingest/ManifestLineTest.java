package io.fanfold.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.schemas.Item;
import io.fanfold.schemas.ManifestFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestLineTest {

  @Test
  void a_line_as_rekognition_has_it_is_an_item_whatever_else_stands_in_it() {
    Item item =
        parse("{\"source-ref\": \"s3://b/a 1.jpg\", \"labels\": [{\"x\": [1]}], \"n\": null}");

    assertThat(item.getUri()).isEqualTo("s3://b/a 1.jpg");
    assertThat(item.getLine()).isEqualTo(7);
    assertThat(item.getInvalid()).isNull();
    assertThat(item.getIndex()).isEqualTo(-1);
  }

  @Test
  void a_richer_line_has_the_submitters_id_and_the_media_type() {
    Item item =
        parse("{\"uri\":\"https://x.y/a\",\"customId\":\"ä\\u00e4\",\"mediaType\":\"image/jpeg\"}");

    assertThat(item.getInvalid()).isNull();
    assertThat(item.getCustomId()).isEqualTo("ää");
    assertThat(item.getMediaType()).isEqualTo("image/jpeg");
    assertThat(parse("{\"uri\":\"file:///a\",\"customId\":null}").getInvalid()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///data/a.jpg",
        "http://x/a",
        "https://x/a",
        "s3://b/k",
        "data:,x",
        " S3://b/k ",
      })
  void a_uri_alone_is_an_item(String line) {
    Item item = parse(line);

    assertThat(item.getUri()).isEqualTo(line.strip());
    assertThat(item.getInvalid()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t", "\uFEFF"})
  void a_blank_line_is_no_item(String line) {
    assertThat(ManifestLine.item(line.getBytes(UTF_8), 1, ManifestFormat.AUTO)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.jpg | uri must be a",
        "/data/a.jpg | uri must be a",
        "../a.jpg | uri must be a",
        "ftp://x/a | uri must be a",
        "file:a.jpg | absolute",
        "s3:a.jpg | bucket",
        "[1] | uri must be a",
        "{} | neither",
        "{\"uri\":\"a.jpg\"} | uri must be a",
        "{\"source-ref\":\"a.jpg\"} | source-ref must be a",
        "{\"source-ref\":1} | must be a string",
        "{\"source-ref\":null} | must be a string",
        "{\"uri\":\"s3://b/k\",\"source-ref\":\"s3://b/k\"} | both",
        "{\"uri\":\"s3://b/k\",\"more\":1} | unknown key: more",
        "{\"uri\":\"s3://b/k\",\"customId\":1} | customId must be a string",
        "{\"uri\":\"s3://b/k\",\"customId\":\"\"} | customId must be 1 to",
        "{\"uri\":\"s3://b/k\",\"customId\":\"a\\u0000\"} | control",
        "{\"uri\":\"s3://b/\\ud800\"} | control",
        "{\"uri\":\"s3://b/k\",\"uri\":\"s3://b/k\"} | not JSON",
        "{\"uri\":\"s3://b/k\"} x | not JSON",
        "{\"uri\":\"s3://b/k\"}{} | after",
        "{\"uri\":\"s3://b/k\" | not JSON",
        "{'uri':1} | not JSON",
      })
  void a_bad_line_says_what_is_wrong(String line, String problem) {
    Item item = parse(line);

    assertThat(item.getInvalid()).contains(problem).hasSizeLessThanOrEqualTo(200);
    assertThat(item.getLine()).isEqualTo(7);
  }

  @Test
  void what_can_be_said_of_a_bad_line_is_said() {
    Item item = parse("{\"uri\":\"s3://b/k\",\"customId\":\"mine\",\"more\":1}");

    assertThat(item.getUri()).isEqualTo("s3://b/k");
    assertThat(item.getCustomId()).isEqualTo("mine");
    assertThat(parse("a.jpg").getUri()).isEmpty();
  }

  @Test
  void the_format_decides_where_it_is_given() {
    byte[] json = "{\"uri\":\"s3://b/k\"}".getBytes(UTF_8);
    byte[] uri = "s3://b/k".getBytes(UTF_8);

    assertThat(ManifestLine.item(json, 1, ManifestFormat.LIST).orElseThrow().getInvalid())
        .isNotNull();
    assertThat(ManifestLine.item(uri, 1, ManifestFormat.JSON_LINES).orElseThrow().getInvalid())
        .contains("not JSON");
    assertThat(ManifestLine.item(json, 1, ManifestFormat.JSON_LINES).orElseThrow().getInvalid())
        .isNull();
  }

  @Test
  void bytes_that_are_not_utf_8_are_a_bad_line() {
    for (String bytes :
        new String[] {"s3://b/\u00e4", "s3://b/\u00c0\u00af", "\u00ed\u00a0\u0080"}) {
      Item item =
          ManifestLine.item(bytes.getBytes(ISO_8859_1), 7, ManifestFormat.AUTO).orElseThrow();
      assertThat(item.getInvalid()).isEqualTo("the line is not UTF-8");
    }
  }

  @Test
  void a_byte_order_mark_is_passed_over_on_the_first_line_only() {
    byte[] marked = "\uFEFF{\"uri\":\"s3://b/k\"}".getBytes(UTF_8);

    assertThat(ManifestLine.item(marked, 1, ManifestFormat.AUTO).orElseThrow().getInvalid())
        .isNull();
    assertThat(ManifestLine.item(marked, 2, ManifestFormat.AUTO).orElseThrow().getInvalid())
        .isNotNull();
  }

  private static Item parse(String line) {
    return ManifestLine.item(line.getBytes(UTF_8), 7, ManifestFormat.AUTO).orElseThrow();
  }
}
