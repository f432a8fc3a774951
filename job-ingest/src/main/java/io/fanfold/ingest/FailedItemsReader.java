package io.fanfold.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Json;
import io.fanfold.schemas.Item;
import io.fanfold.schemas.JobFailure;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The items of a job that failed, from the lookups, a batch at a time. The lookups are asked for
 * whole items, data: URIs included.
 */
final class FailedItemsReader implements ReadAheadFeed.Reader {

  private static final int LIMIT = 1_000;
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  private final URI base;
  private final HttpClient client;
  private final ItemFeed.Request request;
  private final Deque<Item> fetched = new ArrayDeque<>();
  // Where the lookups go on; before the first answer they are asked from a position.
  private String cursor;
  private boolean begun;
  private boolean more = true;

  private FailedItemsReader(URI base, HttpClient client, ItemFeed.Request request) {
    this.base = base;
    this.client = client;
    this.request = request;
  }

  /**
   * The failed items of jobs that have ended.
   *
   * @param lookupUrls base URLs of the lookups; each reader takes the next, so that another try
   *     asks another aggregator
   */
  static ReadAheadFeed.Source source(List<String> lookupUrls) {
    List<URI> bases =
        lookupUrls.stream().map(url -> URI.create(url.endsWith("/") ? url : url + "/")).toList();
    var readers = new AtomicInteger();
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    return new ReadAheadFeed.Source() {
      @Override
      public ReadAheadFeed.Reader reader(ItemFeed.Request request) {
        URI base = bases.get(Math.floorMod(readers.getAndIncrement(), bases.size()));
        return new FailedItemsReader(base, client, request);
      }

      @Override
      public JobFailure unreadable(IOException lastFailure) {
        return failure(String.valueOf(lastFailure.getMessage()));
      }
    };
  }

  @Override
  public FeedPage next(FeedPosition from) throws IOException {
    var items = new ArrayList<Item>();
    while (true) {
      while (!fetched.isEmpty()) {
        Item item = fetched.peek();
        if (!items.isEmpty() && batch(item) != batch(items.get(0))) {
          return page(items, false);
        }
        items.add(fetched.poll());
      }
      if (!more) {
        return page(items, true);
      }
      FeedPage failed = fetch(from.next());
      if (failed != null) {
        return failed;
      }
    }
  }

  private FeedPage page(List<Item> items, boolean last) {
    long next = items.isEmpty() ? 0 : items.get(items.size() - 1).getIndex() + 1;
    return new FeedPage.Items(items, new FeedPosition(next, 0, null), last, null);
  }

  private long batch(Item item) {
    return item.getIndex() / request.batchSize();
  }

  /** Asks for more; a failure if there never will be an answer. */
  private FeedPage fetch(long from) throws IOException {
    if (!begun && !isReady()) {
      throw new IOException("the lookups do not show the end of the attempt before yet");
    }
    String where =
        begun ? "&cursor=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8) : "&from=" + from;
    HttpResponse<byte[]> response =
        get(
            "v1/jobs/%d/items?outcome=failed&full=true&attempt=%d&limit=%d"
                    .formatted(request.jobId(), request.attempt() - 1, LIMIT)
                + where);
    int status = response.statusCode();
    if (status == 404) {
      return new FeedPage.Failed(failure("there is no such job"));
    }
    if (status != 200) {
      throw new IOException("the lookups answered " + status);
    }
    JsonNode body = Json.MAPPER.readTree(response.body());
    for (JsonNode entry : body.path("items")) {
      // What was not run because the job was stopped has no item and is not run again.
      if (entry.path("item").isObject()) {
        fetched.add(item(entry.path("item")));
      }
    }
    cursor = body.path("nextCursor").asText(null);
    begun = true;
    more = cursor != null;
    return null;
  }

  /** Whether the lookups know how the attempt before ended; they may be behind the splitter. */
  private boolean isReady() throws IOException {
    HttpResponse<byte[]> response = get("v1/jobs/" + request.jobId());
    if (response.statusCode() == 404) {
      // Asking for its items says so.
      return true;
    }
    if (response.statusCode() != 200) {
      throw new IOException("the lookups answered " + response.statusCode());
    }
    JsonNode job = Json.MAPPER.readTree(response.body());
    int attempt = job.path("attempt").asInt();
    boolean ended = !job.path("endedAt").isNull();
    return attempt >= request.attempt() || attempt == request.attempt() - 1 && ended;
  }

  private HttpResponse<byte[]> get(String path) throws IOException {
    HttpRequest get =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(TIMEOUT)
            .header(HttpApi.PROJECT_HEADER, request.project())
            .GET()
            .build();
    try {
      return client.send(get, BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      var interrupted = new InterruptedIOException("interrupted");
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  private static Item item(JsonNode json) {
    JsonNode line = json.path("line");
    return Item.newBuilder()
        .setIndex(json.path("index").asLong())
        .setUri(json.path("uri").asText())
        .setCustomId(json.path("customId").asText(null))
        .setMediaType(json.path("mediaType").asText(null))
        .setLine(line.isIntegralNumber() ? line.asLong() : null)
        .setInvalid(json.path("invalid").asText(null))
        .build();
  }

  private static JobFailure failure(String reason) {
    return new JobFailure("FAILED_ITEMS_UNREADABLE", "the failed items cannot be read: " + reason);
  }

  @Override
  public void close() {
    fetched.clear();
  }
}
