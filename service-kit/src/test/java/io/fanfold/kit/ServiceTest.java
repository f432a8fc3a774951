package io.fanfold.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class ServiceTest {

  private final List<String> events = new CopyOnWriteArrayList<>();
  private final Service service = new Service("test");

  @Test
  void parts_start_in_order_and_close_in_reverse() throws Exception {
    service.add(part("a"));
    service.closing(() -> events.add("close resource"));
    service.add(part("b"));

    service.start();
    service.close();

    assertThat(events)
        .containsExactly("start a", "start b", "close b", "close resource", "close a");
    service.await();
    assertThat(service.failure()).isNull();
  }

  @Test
  void closing_twice_closes_each_part_once() {
    service.add(part("a"));
    service.start();

    service.close();
    service.close();

    assertThat(events).containsExactly("start a", "close a");
  }

  @Test
  void a_part_that_does_not_start_closes_those_before_it() {
    service.add(part("a"));
    service.add(
        new Service.Part() {
          @Override
          public void start() throws IOException {
            throw new IOException("the port is taken");
          }

          @Override
          public void close() {
            events.add("close broken");
          }
        });
    service.add(part("c"));

    assertThatThrownBy(service::start)
        .isInstanceOf(ServiceException.class)
        .hasMessage("test did not start: the port is taken")
        .hasCauseInstanceOf(IOException.class);
    assertThat(events).containsExactly("start a", "close broken", "close a");
  }

  @Test
  void a_resource_is_closed_when_a_part_before_it_does_not_start() {
    service.add(
        new Service.Part() {
          @Override
          public void start() {
            throw new IllegalStateException("no");
          }

          @Override
          public void close() {}
        });
    service.closing(() -> events.add("close resource"));

    assertThatThrownBy(service::start).isInstanceOf(ServiceException.class);
    assertThat(events).containsExactly("close resource");
  }

  @Test
  void a_part_that_does_not_close_does_not_keep_the_others_open() {
    service.add(part("a"));
    service.closing(
        () -> {
          throw new IOException("stuck");
        });
    service.add(part("b"));
    service.start();

    service.close();

    assertThat(events).containsExactly("start a", "start b", "close b", "close a");
  }

  @Test
  void what_breaks_ends_the_wait_with_its_cause() {
    var waiting = CompletableFuture.runAsync(this::await);
    var cause = new IllegalStateException("disk full");

    service.fail(cause);
    service.fail(new IllegalStateException("a consequence"));

    assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("disk full")
        .hasCause(cause);
    assertThat(service.failure()).isSameAs(cause);
  }

  @Test
  void a_failure_stays_known_after_the_close() {
    var cause = new IllegalStateException("broken");
    service.start();
    service.fail(cause);

    service.close();

    assertThatThrownBy(service::await).isInstanceOf(ServiceException.class).hasCause(cause);
  }

  @Test
  void the_close_ends_the_wait() throws Exception {
    service.start();
    var waiting = CompletableFuture.runAsync(this::await);

    service.close();

    waiting.get(10, TimeUnit.SECONDS);
  }

  @Test
  void a_thread_that_breaks_hands_over_its_cause() {
    var cause = new AssertionError("no");
    service.add(
        new LoopThread(
            "broken",
            new LoopThread.Body() {
              @Override
              public void run() {
                throw cause;
              }

              @Override
              public void stop() {}
            },
            service::fail));
    service.start();

    assertThatThrownBy(service::await).isInstanceOf(ServiceException.class).hasCause(cause);
    service.close();
  }

  @Test
  void a_thread_is_told_to_stop_and_waited_for() {
    var stop = new CompletableFuture<Void>();
    service.add(
        new LoopThread(
            "loop",
            new LoopThread.Body() {
              @Override
              public void run() throws Exception {
                stop.get();
                events.add("loop ended");
              }

              @Override
              public void stop() {
                stop.complete(null);
              }
            },
            service::fail));
    service.start();

    service.close();

    assertThat(events).containsExactly("loop ended");
    assertThat(service.failure()).isNull();
  }

  private void await() {
    try {
      service.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Service.Part part(String name) {
    return new Service.Part() {
      @Override
      public void start() {
        events.add("start " + name);
      }

      @Override
      public void close() {
        events.add("close " + name);
      }
    };
  }
}
