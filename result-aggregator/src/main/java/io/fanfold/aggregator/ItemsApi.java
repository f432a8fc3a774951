package io.fanfold.aggregator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.JobStates;
import io.fanfold.kit.Json;
import io.fanfold.kit.Problem;
import io.fanfold.schemas.JobState;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Optional;

/** The items of a job. */
final class ItemsApi {

  private static final int MAX_WINDOW_OFFSET = Integer.MAX_VALUE - Params.MAX_LIMIT;

  private final JobFinder finder;
  private final ItemsLookup items;
  private final Cursors cursors;

  ItemsApi(JobFinder finder, ItemsLookup items, Cursors cursors) {
    this.finder = finder;
    this.items = items;
    this.cursors = cursors;
  }

  void list(Context context) {
    int limit = HttpApi.intParam(context, "limit", 100, 1, Params.MAX_LIMIT);
    String cursor = Params.text(context, "cursor");
    // What is wrong with a request is said before whether there is such a job.
    ItemOutcome outcome = outcome(context);
    String customId = Params.text(context, "customId");
    boolean isWindow = outcome == null && customId == null;
    int maxOffset = isWindow ? MAX_WINDOW_OFFSET : Params.MAX_OFFSET;
    int offset = HttpApi.intParam(context, "offset", 0, 0, maxOffset);
    if (cursor != null && offset > 0) {
      throw Params.invalid("offset", "cannot be given with cursor");
    }
    JobState job = finder.find(context);
    ItemQuery query = query(context, job, outcome, customId);
    String scope = scope(job, query);
    Place place = cursor == null ? new Place(0, offset, offset) : place(cursor, scope, query);
    Optional<Long> total = ItemsLookup.total(job, query);
    ItemPage page = whole(job, query, total, place, limit);

    ObjectNode body = Json.MAPPER.createObjectNode();
    ArrayNode list = body.putArray("items");
    page.items().forEach(item -> list.add(ItemJson.of(item, job.getBatchSize(), query.full())));
    body.put("total", total.orElse(null));
    body.put("limit", limit);
    body.put("offset", offset);
    body.put("hasMore", page.next() >= 0);
    body.put(
        "nextCursor",
        page.next() < 0
            ? null
            : cursors.encode(
                scope,
                page.next() + " " + (place.seen() + page.items().size()) + " " + page.skip()));
    HttpApi.json(context, 200, body);
  }

  /** A job that reads terminal has all its items on its pages: waits a moment, else 503. */
  private ItemPage whole(
      JobState job, ItemQuery query, Optional<Long> total, Place place, int limit) {
    // What is run again has results of the attempt before, and those are asked for.
    boolean mustBeWhole =
        JobStates.isTerminal(job.getStatus()) || query.full() && job.getAttempt() > 1;
    return finder
        .await(
            () -> {
              ItemPage page = items.page(job, query, place.index(), place.skip(), limit);
              boolean isWhole =
                  !mustBeWhole || page.isWhole() && isComplete(page, total, place, limit, query);
              return isWhole ? Optional.of(page) : Optional.<ItemPage>empty();
            })
        .orElseThrow(
            () ->
                Problem.unavailable("the results of this job are not all in the view yet")
                    .exception());
  }

  // Windows say themselves what they lack; a filter's index can lag without a trace on the page.
  private static boolean isComplete(
      ItemPage page, Optional<Long> total, Place place, int limit, ItemQuery query) {
    if (query.isWindow() || total.isEmpty() || page.next() >= 0) {
      return true;
    }
    return page.items().size() >= Math.max(0, Math.min(limit, total.get() - place.seen()));
  }

  private static ItemQuery query(
      Context context, JobState job, ItemOutcome outcome, String customId) {
    boolean full = Params.flag(context, "full");
    long from = Params.index(context, "from", 0);
    long to = Math.min(job.getTotal(), Params.index(context, "to", Long.MAX_VALUE));
    long batch = Params.index(context, "batch", -1);
    if (batch >= 0) {
      if (batch > Integer.MAX_VALUE) {
        throw Params.invalid("batch", "must be a batch's index");
      }
      from = Math.max(from, batch * job.getBatchSize());
      to = Math.min(to, (batch + 1) * job.getBatchSize());
    }
    int attempt = full ? Integer.MAX_VALUE : job.getAttempt();
    attempt = HttpApi.intParam(context, "attempt", attempt, 1, Integer.MAX_VALUE);
    return new ItemQuery(outcome, customId, from, Math.max(from, to), attempt, full);
  }

  // A job that grows has other ends, and one that runs again other outcomes.
  private static String scope(JobState job, ItemQuery query) {
    boolean toTheEnd = query.to() == job.getTotal();
    return "items %s %d %s %s %d %s %s %d"
        .formatted(
            job.getProject(),
            job.getId(),
            query.outcome(),
            query.full(),
            query.from(),
            toTheEnd ? "end" : query.to(),
            query.customId(),
            query.full() ? 0 : job.getAttempt());
  }

  private Place place(String cursor, String scope, ItemQuery query) {
    Duration kept = query.full() ? Cursors.KEPT_LONG : Cursors.KEPT;
    String[] numbers = cursors.decode(scope, cursor, kept).split(" ", -1);
    return new Place(
        Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), Integer.parseInt(numbers[2]));
  }

  private static ItemOutcome outcome(Context context) {
    String outcome = Params.text(context, "outcome");
    if (outcome == null) {
      return null;
    }
    return switch (outcome) {
      case "succeeded" -> ItemOutcome.SUCCEEDED;
      case "failed" -> ItemOutcome.FAILED;
      case "canceled" -> ItemOutcome.CANCELED;
      default -> throw Params.invalid("outcome", "must be succeeded, failed or canceled");
    };
  }

  /**
   * Where a page begins.
   *
   * @param index of the first item that may be on it
   * @param seen matching items before it
   * @param skip how many of those are still to be skipped
   */
  private record Place(long index, long seen, int skip) {}
}
