package io.fanfold.ingest;

import io.fanfold.schemas.Item;
import io.fanfold.schemas.JobFailure;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A feed whose pages a test puts in by hand. */
final class FakeFeed implements ItemFeed {

  final Map<Long, Request> requests = new HashMap<>();
  final Map<Long, FeedPosition> positions = new HashMap<>();
  final Set<Long> running = new HashSet<>();
  private final Map<Long, Deque<FeedPage>> pages = new HashMap<>();

  /** The next page of a job: items at these positions in the job. */
  void page(long jobId, boolean last, long... indices) {
    var items = new ArrayList<Item>();
    for (long index : indices) {
      items.add(Item.newBuilder().setUri("http://a.example/" + index).setIndex(index).build());
    }
    page(jobId, last, items);
  }

  void page(long jobId, boolean last, List<Item> items) {
    long next = items.isEmpty() ? 0 : items.get(items.size() - 1).getIndex() + 1;
    add(jobId, new FeedPage.Items(items, new FeedPosition(next, 1, "v"), last, 1_000L));
  }

  void fail(long jobId, String code) {
    add(jobId, new FeedPage.Failed(new JobFailure(code, "message")));
  }

  @Override
  public void start(Request request, FeedPosition from) {
    requests.put(request.jobId(), request);
    positions.put(request.jobId(), from);
    running.add(request.jobId());
  }

  @Override
  public boolean isReady(long jobId) {
    return pages.containsKey(jobId) && !pages.get(jobId).isEmpty();
  }

  @Override
  public FeedPage poll(long jobId) {
    return isReady(jobId) ? pages.get(jobId).poll() : new FeedPage.NotYet();
  }

  @Override
  public void stop(long jobId) {
    running.remove(jobId);
  }

  private void add(long jobId, FeedPage page) {
    pages.computeIfAbsent(jobId, id -> new ArrayDeque<>()).add(page);
  }
}
