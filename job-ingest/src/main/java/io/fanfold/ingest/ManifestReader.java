package io.fanfold.ingest;

import io.fanfold.kit.store.ObjectContent;
import io.fanfold.kit.store.ObjectStore;
import io.fanfold.kit.store.StoreException;
import io.fanfold.schemas.Item;
import io.fanfold.schemas.JobFailure;
import java.io.IOException;
import java.util.ArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A job's manifest, a batch of lines at a time. It is open between two pages, never held. */
final class ManifestReader implements ReadAheadFeed.Reader {

  private static final Logger log = LoggerFactory.getLogger(ManifestReader.class);

  private final ObjectStore store;
  private final ItemFeed.Request request;
  private ObjectContent content;
  private ManifestLines lines;

  private ManifestReader(ObjectStore store, ItemFeed.Request request) {
    this.store = store;
    this.request = request;
  }

  /** The manifests in a store. */
  static ReadAheadFeed.Source source(ObjectStore store) {
    return new ReadAheadFeed.Source() {
      @Override
      public ReadAheadFeed.Reader reader(ItemFeed.Request request) {
        return new ManifestReader(store, request);
      }

      @Override
      public JobFailure unreadable(IOException lastFailure) {
        return failure("MANIFEST_UNREADABLE", reason(lastFailure));
      }
    };
  }

  @Override
  public FeedPage next(FeedPosition from) throws IOException {
    if (content == null) {
      try {
        content = store.open(request.uri(), from.next());
      } catch (StoreException e) {
        if (e.passing()) {
          throw e;
        }
        return new FeedPage.Failed(failure(code(e.kind()), reason(e)));
      }
      lines = new ManifestLines(content.in(), from.next(), from.line());
    }
    if (from.version() != null && !from.version().equals(content.version())) {
      return new FeedPage.Failed(
          failure("MANIFEST_CHANGED", "it is not the one that reading began with"));
    }
    return page(from);
  }

  private FeedPage page(FeedPosition from) throws IOException {
    var items = new ArrayList<Item>(request.batchSize());
    while (items.size() < request.batchSize()) {
      if (!lines.next()) {
        return end(from, items);
      }
      if (lines.tooLong()) {
        items.add(ManifestLine.tooLong(lines.number()));
      } else {
        ManifestLine.item(lines.bytes(), lines.number(), request.format()).ifPresent(items::add);
      }
    }
    return items(items, false);
  }

  private FeedPage end(FeedPosition from, ArrayList<Item> items) throws IOException {
    Long length = content.length();
    if (length != null && lines.offset() != length) {
      throw new IOException(
          "it ended at byte %d of %d".formatted(lines.offset(), content.length()));
    }
    if (items.isEmpty() && from.next() == 0) {
      return new FeedPage.Failed(failure("MANIFEST_EMPTY", "it has no line that is not blank"));
    }
    return items(items, true);
  }

  private FeedPage items(ArrayList<Item> items, boolean last) {
    var next = new FeedPosition(lines.offset(), lines.number() + 1, content.version());
    return new FeedPage.Items(items, next, last, content.length());
  }

  @Override
  public void close() {
    if (content != null) {
      try {
        content.close();
      } catch (IOException e) {
        // What was wanted of it is there already, or is asked for anew.
        log.debug("closing a manifest", e);
      }
      content = null;
    }
  }

  private static String code(StoreException.Kind kind) {
    return switch (kind) {
      case NOT_FOUND -> "MANIFEST_NOT_FOUND";
      case ACCESS_DENIED -> "MANIFEST_ACCESS_DENIED";
      case INVALID, TIMEOUT, UNREADABLE -> "MANIFEST_UNREADABLE";
    };
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static JobFailure failure(String code, String reason) {
    return new JobFailure(code, "the manifest cannot be used: " + reason);
  }
}
