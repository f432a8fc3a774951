package io.fanfold.ingest.dialect.deepva;

import static io.fanfold.ingest.dialect.Shapes.assertHas;
import static io.fanfold.ingest.dialect.Shapes.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.fanfold.kit.Json;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PageTest {

  private static final ArrayNode LIST = (ArrayNode) json("[1, 2, 3, 4, 5]");

  @Test
  void a_page_in_the_middle_has_neighbours() {
    assertHas(
        new Page(2, 2).slice(LIST, "http://here/v1/jobs/"),
        json(
            """
            {'total': 5, 'offset': 2, 'limit': 2,
             'next': 'http://here/v1/jobs/?limit=2&offset=4',
             'prev': 'http://here/v1/jobs/?limit=2&offset=0',
             'data': [3, 4]}
            """));
  }

  @Test
  void the_ends_of_a_list_are_ends() {
    assertHas(
        new Page(0, Integer.MAX_VALUE).slice(LIST, "x"),
        json("{'total': 5, 'next': null, 'prev': null, 'data': [1, 2, 3, 4, 5]}"));
    assertHas(new Page(3, 2).slice(LIST, "x"), json("{'next': null, 'data': [4, 5]}"));
    assertHas(
        new Page(Integer.MAX_VALUE, Integer.MAX_VALUE).slice(LIST, "x"),
        json("{'next': null, 'prev': 'x?limit=2147483647&offset=0', 'data': []}"));
  }

  @Test
  void links_keep_the_filters() {
    assertThat(
            new Page(0, 1)
                .envelope(Json.MAPPER.createArrayNode(), 2, "x", Map.of("tag", "a&b c"))
                .get("next")
                .asText())
        .isEqualTo("x?limit=1&offset=1&tag=a%26b+c");
  }
}
