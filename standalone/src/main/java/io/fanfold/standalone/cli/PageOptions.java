package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which part of a list to show. */
final class PageOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "100",
      description = "At most this many (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Option(names = "--offset", paramLabel = "N", description = "Skip this many (default: 0).")
  private Integer offset;

  @Option(
      names = "--cursor",
      paramLabel = "CURSOR",
      description = "Go on where an earlier page ended, which says how; any depth costs the same.")
  private String cursor;

  int limit() {
    return require(limit >= 1, limit, "--limit must be at least 1");
  }

  int offset() {
    int value = offset == null ? 0 : offset;
    return require(value >= 0, value, "--offset must be at least 0");
  }

  /** The query string of this page of a list. */
  String query(ListQuery query) {
    if (cursor != null) {
      require(offset == null, 0, "--cursor and --offset exclude each other");
      return "?limit=%d&cursor=%s%s"
          .formatted(limit(), ListQuery.encoded(cursor), query.parameters());
    }
    return "?limit=%d&offset=%d%s".formatted(limit(), offset(), query.parameters());
  }

  /** The query string for lists without offsets. */
  String cursorQuery() {
    require(offset == null, 0, "this list has no --offset");
    return cursor == null
        ? "?limit=" + limit()
        : "?limit=%d&cursor=%s".formatted(limit(), ListQuery.encoded(cursor));
  }

  /**
   * What to type for the next page, empty on the last one.
   *
   * @param shown how many are on this page
   */
  Optional<String> next(JsonNode answer, int shown) {
    if (answer.hasNonNull("nextCursor")) {
      return Optional.of("--cursor " + answer.path("nextCursor").asText());
    }
    boolean more =
        answer.has("hasMore")
            ? answer.path("hasMore").asBoolean()
            : offset() + shown < answer.path("total").asLong();
    return more && cursor == null
        ? Optional.of("--offset " + (offset() + shown))
        : Optional.empty();
  }

  private int require(boolean condition, int value, String message) {
    if (!condition) {
      throw new ParameterException(spec.commandLine(), message);
    }
    return value;
  }
}
