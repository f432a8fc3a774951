package io.fanfold.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.schemas.WebhookPayload;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DueQueueTest {

  private static final String BAD = "https://bad.example.com/";
  private static final String GOOD = "https://good.example.com/";

  private final List<String> taken = new ArrayList<>();
  private final AtomicLong rowsRead = new AtomicLong();
  private KeyValueStore<String, byte[]> rows;
  private DueQueue queue;

  @BeforeEach
  void start() {
    rows =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore("rows"), Serdes.String(), Serdes.ByteArray())
            .withLoggingDisabled()
            .build();
    var context = new MockProcessorContext<Void, Void>();
    rows.init(context.getStateStoreContext(), rows);
    queue = new DueQueue(new Counted(rows, rowsRead));
  }

  @AfterEach
  void stop() {
    rows.close();
  }

  @Test
  void what_is_due_is_handed_out_in_order_and_once() {
    queue.put(delivery("c", GOOD, 30));
    queue.put(delivery("a", GOOD, 10));
    queue.put(delivery("b", GOOD, 20));

    queue.handOut(20, this::take);
    queue.handOut(25, this::take);
    assertThat(taken).containsExactly("a/inline", "b/inline");
    queue.handOut(30, this::take);

    assertThat(taken).containsExactly("a/inline", "b/inline", "c/inline");
  }

  @Test
  void a_receiver_with_100_000_waiting_costs_a_tick_next_to_nothing() {
    for (int i = 0; i < 100_000; i++) {
      queue.put(delivery("bad" + i, BAD, i % 1_000));
    }
    queue.handOut(1_000, key -> new Sender.Answer.Later(30_000));
    rowsRead.set(0);

    for (int tick = 0; tick < 299; tick++) {
      queue.put(delivery("good" + tick, GOOD, 1_000 + tick));
      queue.handOut(1_100 + tick * 100, this::take);
    }

    assertThat(taken).hasSize(299).allMatch(key -> key.startsWith("good"));
    assertThat(rowsRead.get()).isLessThan(10 * 299);
  }

  @Test
  void what_is_in_the_senders_hands_is_not_passed_again_and_again() {
    for (int i = 0; i < 1_000; i++) {
      queue.put(delivery("%04d".formatted(i), GOOD, 0));
    }
    for (int i = 0; i < 16; i++) {
      queue.handOut(i * 100, this::take);
    }
    assertThat(taken).hasSize(1_000);
    rowsRead.set(0);

    for (int i = 0; i < 100; i++) {
      queue.put(delivery("later" + i, GOOD, 2_000 + i));
      queue.handOut(2_000 + i, this::take);
    }

    assertThat(taken).hasSize(1_100);
    assertThat(rowsRead.get()).isLessThan(500);
  }

  @Test
  void a_full_sender_is_asked_again_and_nothing_is_lost() {
    for (int i = 0; i < 10; i++) {
      queue.put(delivery("a" + i, GOOD, 0));
      queue.put(delivery("b" + i, BAD, 0));
    }
    for (long now = 100; now < 3_000; now += 100) {
      int before = taken.size();
      queue.handOut(now, key -> taken.size() > before ? Sender.Answer.FULL : take(key));
    }

    assertThat(taken).hasSize(20).doesNotHaveDuplicates();
  }

  @Test
  void after_an_outcome_the_next_is_handed_out_although_the_receiver_was_busy() {
    Delivery first = delivery("a", GOOD, 0);
    queue.put(first);
    queue.put(delivery("b", GOOD, 0));
    queue.handOut(0, key -> taken.isEmpty() ? take(key) : new Sender.Answer.Later(100));
    queue.handOut(first.receiver(), 1, this::take);
    assertThat(taken).containsExactly("a/inline");

    queue.remove(first);
    queue.handOutNext(first.receiver(), 1, this::take);

    assertThat(taken).containsExactly("a/inline", "b/inline");
  }

  @Test
  void a_new_owner_hands_out_all_that_is_due_and_the_rest_in_its_time() {
    queue.put(delivery("a", GOOD, 0));
    queue.put(delivery("b", GOOD, 5_000));
    queue.put(delivery("c", BAD, 10));
    queue.handOut(100, this::take);
    taken.clear();

    var next = new DueQueue(rows);
    next.handOut(200, this::take);
    assertThat(taken).containsExactlyInAnyOrder("a/inline", "c/inline");
    next.handOut(5_000, this::take);

    assertThat(taken).contains("b/inline").hasSize(3);
  }

  private Sender.Answer take(String key) {
    taken.add(key);
    return Sender.Answer.ACCEPTED;
  }

  private static Delivery delivery(String eventId, String url, long atMs) {
    return new Delivery(
        eventId,
        Receiver.INLINE,
        "7",
        "p",
        "job.completed",
        WebhookPayload.THIN,
        0,
        "",
        false,
        false,
        Receiver.inline("p", url),
        DeliveryState.PENDING,
        0,
        1,
        atMs);
  }

  /** A store that counts the rows read in ranges. */
  private record Counted(KeyValueStore<String, byte[]> store, AtomicLong read)
      implements KeyValueStore<String, byte[]> {

    @Override
    public KeyValueIterator<String, byte[]> range(String from, String to) {
      KeyValueIterator<String, byte[]> rows = store.range(from, to);
      return new KeyValueIterator<>() {
        @Override
        public void close() {
          rows.close();
        }

        @Override
        public String peekNextKey() {
          return rows.peekNextKey();
        }

        @Override
        public boolean hasNext() {
          return rows.hasNext();
        }

        @Override
        public KeyValue<String, byte[]> next() {
          read.incrementAndGet();
          return rows.next();
        }
      };
    }

    @Override
    public void put(String key, byte[] value) {
      store.put(key, value);
    }

    @Override
    public byte[] putIfAbsent(String key, byte[] value) {
      return store.putIfAbsent(key, value);
    }

    @Override
    public void putAll(List<KeyValue<String, byte[]>> entries) {
      store.putAll(entries);
    }

    @Override
    public byte[] delete(String key) {
      return store.delete(key);
    }

    @Override
    public byte[] get(String key) {
      return store.get(key);
    }

    @Override
    public KeyValueIterator<String, byte[]> all() {
      return store.all();
    }

    @Override
    public long approximateNumEntries() {
      return store.approximateNumEntries();
    }

    @Override
    public String name() {
      return store.name();
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
      store.init(context, root);
    }

    @Override
    public void close() {
      store.close();
    }

    @Override
    public boolean persistent() {
      return store.persistent();
    }

    @Override
    public boolean isOpen() {
      return store.isOpen();
    }
  }
}
