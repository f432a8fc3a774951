package io.fanfold.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fanfold.kit.store.ObjectContent;
import io.fanfold.kit.store.ObjectStore;
import io.fanfold.kit.store.ObjectStores;
import io.fanfold.kit.store.ObjectUpload;
import io.fanfold.kit.store.StoreException;
import io.fanfold.schemas.Item;
import io.fanfold.schemas.ManifestFormat;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestFeedTest {

  private static final long JOB = 42;

  @TempDir private Path directory;

  private final AtomicReference<Throwable> broken = new AtomicReference<>();
  private final AtomicInteger readsUntilFailure = new AtomicInteger(Integer.MAX_VALUE);
  private Path manifest;
  private ReadAheadFeed feed;

  @BeforeEach
  void start() throws IOException {
    manifest = directory.toRealPath().resolve("manifest.jsonl");
    feed = feed();
  }

  @AfterEach
  void stop() {
    feed.close();
    assertThat(broken.get()).isNull();
  }

  @Test
  void each_page_is_a_batch_and_the_last_holds_the_rest() throws IOException {
    write(lines(0, 7));
    start(3, FeedPosition.MANIFEST_START);

    List<FeedPage.Items> pages = pages();

    assertThat(pages).extracting(page -> page.items().size()).containsExactly(3, 3, 1);
    assertThat(pages).extracting(FeedPage.Items::last).containsExactly(false, false, true);
    assertThat(uris(pages)).isEqualTo(List.of(lines(0, 7).split("\n")));
    assertThat(pages.get(0).bytesTotal()).isEqualTo(Files.size(manifest));
    assertThat(pages.get(2).next().next()).isEqualTo(Files.size(manifest));
  }

  @Test
  void a_manifest_of_whole_batches_ends_with_an_empty_page() throws IOException {
    write(lines(0, 4));
    start(2, FeedPosition.MANIFEST_START);

    assertThat(pages()).extracting(page -> page.items().size()).containsExactly(2, 2, 0);
  }

  @Test
  void it_goes_on_exactly_where_any_page_ended() throws IOException {
    write("\uFEFF" + lines(0, 5) + "\r\n\nbad\n" + lines(5, 9) + "x".repeat(70_000) + "\n");
    start(2, FeedPosition.MANIFEST_START);
    List<FeedPage.Items> pages = pages();
    feed.stop(JOB);

    assertThat(pages.get(2).items().get(1).getInvalid()).isNotNull();
    assertThat(pages.get(2).items().get(1).getLine()).isEqualTo(8);
    assertThat(pages.get(5).items().get(0).getInvalid()).contains("longer");
    for (int i = 0; i < pages.size() - 1; i++) {
      start(2, pages.get(i).next());
      assertThat(pages()).isEqualTo(pages.subList(i + 1, pages.size()));
      feed.stop(JOB);
    }
  }

  @Test
  void pages_come_in_their_order() throws IOException {
    write(lines(0, 1000));
    start(1, FeedPosition.MANIFEST_START);

    await().until(() -> feed.isReady(JOB));
    for (int i = 0; i < 10; i++) {
      FeedPage.Items page = poll();
      assertThat(page.items().get(0).getUri()).isEqualTo("s3://bucket/" + i);
    }
  }

  @Test
  void a_manifest_that_changed_since_fails() throws IOException {
    write(lines(0, 10));
    start(2, FeedPosition.MANIFEST_START);
    FeedPosition position = poll().next();
    feed.stop(JOB);
    write(lines(0, 11));
    start(2, position);

    assertThat(failure()).isEqualTo("MANIFEST_CHANGED");
  }

  @Test
  void what_cannot_be_read_fails_with_a_code() throws IOException {
    start(2, FeedPosition.MANIFEST_START);
    assertThat(failure()).isEqualTo("MANIFEST_NOT_FOUND");

    write(" \n\r\n");
    start(2, FeedPosition.MANIFEST_START);
    assertThat(failure()).isEqualTo("MANIFEST_EMPTY");

    feed.start(request("file:///etc/passwd", 2), FeedPosition.MANIFEST_START);
    assertThat(failure()).isEqualTo("MANIFEST_ACCESS_DENIED");

    feed.start(request("ftp://a/b", 2), FeedPosition.MANIFEST_START);
    assertThat(failure()).isEqualTo("MANIFEST_ACCESS_DENIED");
  }

  @Test
  void reading_that_breaks_off_goes_on_and_no_line_is_lost_or_doubled() throws IOException {
    write(lines(0, 20_000));
    readsUntilFailure.set(1);
    start(500, FeedPosition.MANIFEST_START);

    var all = new ArrayList<FeedPage.Items>();
    do {
      all.add(poll());
      // One more failure, somewhere.
      readsUntilFailure.compareAndSet(Integer.MAX_VALUE, 1);
    } while (!all.get(all.size() - 1).last());

    assertThat(uris(all)).isEqualTo(List.of(lines(0, 20_000).split("\n")));
  }

  @Test
  void reading_that_always_breaks_off_fails_in_the_end() throws IOException {
    write(lines(0, 10));
    readsUntilFailure.set(-1);
    start(2, FeedPosition.MANIFEST_START);

    assertThat(failure()).isEqualTo("MANIFEST_UNREADABLE");
  }

  @Test
  void many_jobs_are_read_in_turns() throws IOException {
    write(lines(0, 100));
    for (long job = 1; job <= 100; job++) {
      feed.start(
          new ItemFeed.Request(job, "default", uri(), ManifestFormat.AUTO, 40, 1),
          FeedPosition.MANIFEST_START);
    }
    for (long job = 1; job <= 100; job++) {
      long id = job;
      var sizes = new ArrayList<Integer>();
      for (int i = 0; i < 3; i++) {
        await().until(() -> feed.isReady(id));
        sizes.add(((FeedPage.Items) feed.poll(id)).items().size());
      }
      assertThat(sizes).containsExactly(40, 40, 20);
      feed.stop(id);
    }
  }

  @Test
  void a_million_lines_take_seconds() throws IOException {
    try (var out = Files.newBufferedWriter(manifest)) {
      for (int i = 0; i < 1_000_000; i++) {
        out.write("{\"source-ref\": \"s3://bucket/pictures/" + i + ".jpg\"}\n");
      }
    }
    long begin = System.nanoTime();
    start(1000, FeedPosition.MANIFEST_START);
    long items = 0;
    FeedPage.Items page;
    do {
      page = poll();
      items += page.items().size();
    } while (!page.last());

    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    System.out.println("a million lines in " + took.toMillis() + " ms");
    assertThat(items).isEqualTo(1_000_000);
    assertThat(took).isLessThan(Duration.ofSeconds(60));
  }

  private ReadAheadFeed feed() {
    ObjectStore files = ObjectStores.files(List.of(directory));
    List<Duration> delays = List.of(Duration.ofMillis(1), Duration.ofMillis(1));
    return new ReadAheadFeed(
        "manifests",
        ManifestReader.source(new Flaky(files, readsUntilFailure)),
        2,
        delays,
        broken::set);
  }

  private void start(int batchSize, FeedPosition from) {
    feed.start(request(uri(), batchSize), from);
  }

  private static ItemFeed.Request request(String uri, int batchSize) {
    return new ItemFeed.Request(JOB, "default", uri, ManifestFormat.AUTO, batchSize, 1);
  }

  private String uri() {
    return manifest.toUri().toString();
  }

  private List<FeedPage.Items> pages() {
    var pages = new ArrayList<FeedPage.Items>();
    do {
      pages.add(poll());
    } while (!pages.get(pages.size() - 1).last());
    return pages;
  }

  private FeedPage.Items poll() {
    await().pollInterval(Duration.ofMillis(1)).until(() -> feed.isReady(JOB));
    return (FeedPage.Items) feed.poll(JOB);
  }

  private String failure() {
    await().until(() -> feed.isReady(JOB));
    String code = ((FeedPage.Failed) feed.poll(JOB)).failure().getCode();
    feed.stop(JOB);
    return code;
  }

  private static List<String> uris(List<FeedPage.Items> pages) {
    return pages.stream().flatMap(page -> page.items().stream()).map(Item::getUri).toList();
  }

  private static String lines(int from, int to) {
    var lines = new StringBuilder();
    for (int i = from; i < to; i++) {
      lines.append("s3://bucket/").append(i).append('\n');
    }
    return lines.toString();
  }

  private void write(String text) throws IOException {
    Files.write(manifest, text.getBytes(UTF_8));
  }

  /** A store whose reads fail once after a number of them, or always when it is negative. */
  private record Flaky(ObjectStore store, AtomicInteger readsUntilFailure) implements ObjectStore {

    @Override
    public ObjectContent open(String uri, long offset) throws StoreException {
      ObjectContent content = store.open(uri, offset);
      InputStream in =
          new FilterInputStream(content.in()) {
            @Override
            public int read(byte[] into, int at, int count) throws IOException {
              if (readsUntilFailure.get() < 0) {
                throw new IOException("broken for good");
              }
              if (readsUntilFailure.get() != Integer.MAX_VALUE
                  && readsUntilFailure.getAndDecrement() == 0) {
                readsUntilFailure.set(Integer.MAX_VALUE);
                throw new IOException("broken once");
              }
              return super.read(into, at, count);
            }
          };
      return new ObjectContent(in, content.version(), content.length());
    }

    @Override
    public ObjectUpload begin(String uri, String mediaType) throws StoreException {
      return store.begin(uri, mediaType);
    }

    @Override
    public ObjectUpload resume(String uri, ObjectUpload.State state) throws StoreException {
      return store.resume(uri, state);
    }

    @Override
    public void delete(String uri) throws StoreException {
      store.delete(uri);
    }
  }
}
