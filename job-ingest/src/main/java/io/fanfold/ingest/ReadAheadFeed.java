package io.fanfold.ingest;

import io.fanfold.schemas.Item;
import io.fanfold.schemas.JobFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads some pages ahead of the splitter, on a few threads for all jobs. A job that nobody polls
 * holds no thread, and all pages together hold no more than a bound: a job past it waits until
 * others are polled. A reading that fails in passing is tried again when it is due.
 */
final class ReadAheadFeed implements ItemFeed, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ReadAheadFeed.class);

  // More than a window: a splitter that finds nothing looks again only after a while.
  static final int PAGES_AHEAD = 64;
  private static final long MAX_HELD_BYTES = 64L * 1024 * 1024;
  private static final int MAX_OPEN = 32;
  private static final int ITEM_BYTES = 200;

  /** Waits before a failed reading is tried again, about two minutes altogether. */
  static final List<Duration> RETRY_DELAYS =
      List.of(
          Duration.ofMillis(200),
          Duration.ofSeconds(1),
          Duration.ofSeconds(5),
          Duration.ofSeconds(15),
          Duration.ofSeconds(30),
          Duration.ofSeconds(60));

  /** Reads one job's items, page by page; used by one thread at a time. */
  interface Reader extends AutoCloseable {

    /**
     * The page at that position, which is where the page before ended.
     *
     * @return items or a failure
     * @throws IOException when another try may succeed; this reader is of no further use
     */
    FeedPage next(FeedPosition from) throws IOException;

    @Override
    void close();
  }

  /** Where items come from. */
  interface Source {

    /** A reader that has not begun: it must not block here. */
    Reader reader(Request request);

    /** What becomes of a job whose items could not be read however often it was tried. */
    JobFailure unreadable(IOException lastFailure);
  }

  private static final class Reading {

    final Request request;
    final Deque<FeedPage.Items> pages = new ArrayDeque<>();
    FeedPosition position;
    FeedPage.Failed failed;
    boolean complete;
    boolean stopped;
    // Whether a thread has it or will; only such a thread touches the reader.
    boolean scheduled;
    Reader reader;
    int failures;

    Reading(Request request, FeedPosition position) {
      this.request = request;
      this.position = position;
    }

    boolean wantsMore() {
      return !stopped && !complete && failed == null && pages.size() < PAGES_AHEAD;
    }
  }

  private final Source source;
  private final List<Duration> delays;
  private final Consumer<Throwable> onFailure;
  private final ScheduledThreadPoolExecutor threads;
  private final Map<Long, Reading> readings = new ConcurrentHashMap<>();
  private final AtomicLong heldBytes = new AtomicLong();
  private final AtomicInteger open = new AtomicInteger();
  private final Deque<Reading> waiting = new ArrayDeque<>();

  /**
   * @param name of the threads
   * @param delays waits between tries; as many more tries as there are waits
   * @param onFailure told of what is no failure of reading
   */
  ReadAheadFeed(
      String name,
      Source source,
      int threads,
      List<Duration> delays,
      Consumer<Throwable> onFailure) {
    this.source = source;
    this.delays = List.copyOf(delays);
    this.onFailure = onFailure;
    var count = new AtomicInteger();
    this.threads =
        new ScheduledThreadPoolExecutor(
            threads,
            task -> {
              var thread = new Thread(task, name + "-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            },
            // After close nobody polls any more.
            new ThreadPoolExecutor.DiscardPolicy());
    this.threads.setRemoveOnCancelPolicy(true);
  }

  @Override
  public void start(Request request, FeedPosition from) {
    var reading = new Reading(request, from);
    if (readings.putIfAbsent(request.jobId(), reading) == null) {
      wake(reading);
    }
  }

  @Override
  public boolean isReady(long jobId) {
    Reading reading = readings.get(jobId);
    if (reading == null) {
      return false;
    }
    synchronized (reading) {
      return !reading.pages.isEmpty() || reading.failed != null;
    }
  }

  @Override
  public FeedPage poll(long jobId) {
    Reading reading = readings.get(jobId);
    if (reading == null) {
      return new FeedPage.NotYet();
    }
    FeedPage.Items page;
    synchronized (reading) {
      page = reading.pages.poll();
      if (page == null) {
        return reading.failed == null ? new FeedPage.NotYet() : reading.failed;
      }
    }
    release(page);
    wake(reading);
    return page;
  }

  @Override
  public void stop(long jobId) {
    Reading reading = readings.remove(jobId);
    if (reading == null) {
      return;
    }
    synchronized (reading) {
      reading.stopped = true;
      reading.pages.forEach(this::release);
      reading.pages.clear();
      if (reading.scheduled) {
        return;
      }
      reading.scheduled = true;
    }
    // Closing may wait for a server, which the caller must not.
    threads.execute(() -> guarded(reading));
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  private void wake(Reading reading) {
    synchronized (reading) {
      if (reading.scheduled || !reading.wantsMore()) {
        return;
      }
      reading.scheduled = true;
    }
    threads.execute(() -> guarded(reading));
  }

  private void release(FeedPage.Items page) {
    heldBytes.addAndGet(-weight(page));
    Reading next;
    synchronized (waiting) {
      next = waiting.poll();
    }
    if (next != null) {
      threads.execute(() -> guarded(next));
    }
  }

  // The edge of a thread is where whatever broke is handed to the service.
  private void guarded(Reading reading) {
    try {
      fill(reading);
    } catch (Throwable e) {
      onFailure.accept(e);
    }
  }

  private void fill(Reading reading) {
    while (true) {
      FeedPosition from;
      synchronized (reading) {
        if (!reading.wantsMore()) {
          boolean over = reading.stopped || reading.complete || reading.failed != null;
          if (over || open.get() > MAX_OPEN) {
            closeReader(reading);
          }
          reading.scheduled = false;
          return;
        }
        from = reading.position;
      }
      if (heldBytes.get() >= MAX_HELD_BYTES && waits(reading)) {
        return;
      }
      try {
        accept(reading, reader(reading).next(from));
      } catch (IOException e) {
        retry(reading, e);
        return;
      }
    }
  }

  /** Queues the reading until a page is polled; false if all have been meanwhile. */
  private boolean waits(Reading reading) {
    synchronized (waiting) {
      if (heldBytes.get() < MAX_HELD_BYTES) {
        return false;
      }
      closeReader(reading);
      waiting.add(reading);
      return true;
    }
  }

  private void accept(Reading reading, FeedPage page) {
    synchronized (reading) {
      reading.failures = 0;
      if (reading.stopped) {
        return;
      }
      if (page instanceof FeedPage.Items items) {
        heldBytes.addAndGet(weight(items));
        reading.pages.add(items);
        reading.position = items.next();
        reading.complete = items.last();
      } else if (page instanceof FeedPage.Failed failed) {
        reading.failed = failed;
      }
    }
  }

  private void retry(Reading reading, IOException e) {
    closeReader(reading);
    synchronized (reading) {
      if (reading.failures == delays.size()) {
        reading.failed = new FeedPage.Failed(source.unreadable(e));
        reading.scheduled = false;
        return;
      }
    }
    Duration delay = delays.get(reading.failures++);
    log.info(
        "cannot read the items of job {}, again in {} ms: {}",
        reading.request.jobId(),
        delay.toMillis(),
        e.getMessage());
    threads.schedule(() -> guarded(reading), delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  private Reader reader(Reading reading) {
    if (reading.reader == null) {
      reading.reader = source.reader(reading.request);
      open.incrementAndGet();
    }
    return reading.reader;
  }

  private void closeReader(Reading reading) {
    if (reading.reader != null) {
      reading.reader.close();
      reading.reader = null;
      open.decrementAndGet();
    }
  }

  /** About what the items take in memory. */
  private static long weight(FeedPage.Items page) {
    long bytes = 0;
    for (Item item : page.items()) {
      bytes += ITEM_BYTES + item.getUri().length();
    }
    return bytes;
  }
}
