package io.fanfold.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fanfold.schemas.Item;
import io.fanfold.schemas.JobFailure;
import io.fanfold.schemas.ManifestFormat;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadAheadFeedTest {

  private final AtomicReference<Throwable> broken = new AtomicReference<>();
  private final Map<Long, Integer> read = new ConcurrentHashMap<>();
  // One thread: it turns to the next job when it has done with the one before.
  private final ReadAheadFeed feed =
      new ReadAheadFeed("endless", new Endless(), 1, List.of(), broken::set);

  @AfterEach
  void stop() {
    feed.close();
    assertThat(broken.get()).isNull();
  }

  @Test
  void so_many_pages_are_read_ahead_and_no_more() {
    start(1);
    start(2);
    await().until(() -> feed.isReady(2));
    assertThat(read.get(1L)).isEqualTo(ReadAheadFeed.PAGES_AHEAD);

    assertThat(feed.poll(1)).isInstanceOf(FeedPage.Items.class);
    start(3);
    await().until(() -> feed.isReady(3));
    assertThat(read.get(1L)).isEqualTo(ReadAheadFeed.PAGES_AHEAD + 1);
  }

  @Test
  void a_whole_window_is_there_at_once() {
    start(1);
    start(2);
    await().until(() -> feed.isReady(2));

    for (int page = 0; page < ReadAheadFeed.PAGES_AHEAD; page++) {
      var items = (FeedPage.Items) feed.poll(1);
      assertThat(items.items().get(0).getUri()).isEqualTo("s3://bucket/" + page);
    }
  }

  private void start(long job) {
    feed.start(
        new ItemFeed.Request(job, "default", "s3://bucket/m", ManifestFormat.AUTO, 1, 1),
        FeedPosition.MANIFEST_START);
  }

  /** One item a page, without end. */
  private final class Endless implements ReadAheadFeed.Source {

    @Override
    public ReadAheadFeed.Reader reader(ItemFeed.Request request) {
      return new ReadAheadFeed.Reader() {
        @Override
        public FeedPage next(FeedPosition from) {
          read.merge(request.jobId(), 1, Integer::sum);
          var item = Item.newBuilder().setUri("s3://bucket/" + from.next()).build();
          return new FeedPage.Items(
              List.of(item), new FeedPosition(from.next() + 1, 1, null), false, null);
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public JobFailure unreadable(IOException lastFailure) {
      throw new AssertionError(lastFailure);
    }
  }
}
