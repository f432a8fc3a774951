package io.fanfold.ingest.dialect.deepva;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Json;
import io.javalin.http.Context;
import java.net.URLEncoder;
import java.util.Map;

/**
 * A part of a list: {@code total}, {@code offset}, {@code limit}, {@code next}, {@code prev} and
 * {@code data}. Unlike the original's examples, there is no next page after the last and none
 * before the first, so that whoever follows the links comes to an end.
 */
record Page(int offset, int limit) {

  private static final int DEFAULT_LIMIT = 10;

  /**
   * @throws io.fanfold.kit.ProblemException 400 naming what is no number
   */
  static Page of(Context context) {
    return new Page(
        HttpApi.intParam(context, "offset", 0, 0, Integer.MAX_VALUE),
        HttpApi.intParam(context, "limit", DEFAULT_LIMIT, 1, Integer.MAX_VALUE));
  }

  /** The same, if so much may be asked for at once. */
  Page atMost(int most) {
    return new Page(offset, Math.min(limit, most));
  }

  /** The part of a whole list. */
  ObjectNode slice(ArrayNode all, String url) {
    ArrayNode data = Json.MAPPER.createArrayNode();
    long end = Math.min((long) offset + limit, all.size());
    for (int i = offset; i < end; i++) {
      data.add(all.get(i));
    }
    return envelope(data, all.size(), url, Map.of());
  }

  /**
   * @param data of this page
   * @param url of the list, without a query
   * @param filters what else the query has
   */
  ObjectNode envelope(ArrayNode data, long total, String url, Map<String, String> filters) {
    ObjectNode page = Json.MAPPER.createObjectNode();
    page.put("total", total);
    page.put("offset", offset);
    page.put("limit", limit);
    page.put("next", (long) offset + limit < total ? link(url, offset + limit, filters) : null);
    page.put("prev", offset > 0 ? link(url, Math.max(0, offset - limit), filters) : null);
    page.set("data", data);
    return page;
  }

  private String link(String url, int start, Map<String, String> filters) {
    var link = new StringBuilder("%s?limit=%d&offset=%d".formatted(url, limit, start));
    filters.forEach(
        (name, value) -> link.append('&').append(name).append('=').append(escaped(value)));
    return link.toString();
  }

  private static String escaped(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
