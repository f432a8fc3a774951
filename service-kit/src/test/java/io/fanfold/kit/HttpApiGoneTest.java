package io.fanfold.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.javalin.http.Context;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/**
 * Requests that the server has taken back before their answer is there: their callers have left, or
 * it has stopped. Such a request throws whatever it is asked, and what an exception handler throws
 * is handed to exception handlers again.
 */
@Timeout(60)
final class HttpApiGoneTest {

  private static final int CALLERS = 20;

  // Enough to say once for each that something is odd, and far from an endless stream.
  private static final int FEW_EVENTS = 4 * CALLERS;

  private final Queue<CompletableFuture<Void>> pending = new ConcurrentLinkedQueue<>();
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
  private Telemetry telemetry;
  private HttpApi http;

  @BeforeEach
  void start() {
    telemetry = new Telemetry();
    http =
        new HttpApi(
            "test",
            "127.0.0.1",
            0,
            10_000,
            telemetry,
            List.of(),
            config -> {
              config.routes.get("/plain", this::plain);
              config.routes.get("/stream", this::stream);
            });
    http.start();
    logged.start();
    root().addAppender(logged);
  }

  @AfterEach
  void stop() {
    root().detachAppender(logged);
    http.close();
    telemetry.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/plain", "/stream"})
  void callers_who_have_left_are_let_go_of(String path) throws Exception {
    List<Socket> callers = ask(path);
    for (Socket caller : callers) {
      // A reset: the server finds out as soon as it writes.
      caller.setSoLinger(true, 0);
      caller.close();
    }

    List<Thread> answering = answerAll();

    assertThat(RawHttp.status(RawHttp.exchange(http.port(), "", "GET /health/live HTTP/1.1")))
        .isEqualTo(200);
    await().until(() -> answering.stream().noneMatch(Thread::isAlive));
    assertThat(warnings()).isLessThan(FEW_EVENTS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/plain", "/stream"})
  void answers_that_come_after_the_server_has_stopped_are_let_go_of(String path) throws Exception {
    List<Socket> callers = ask(path);
    http.close();

    List<Thread> answering = answerAll();

    await().until(() -> answering.stream().noneMatch(Thread::isAlive));
    assertThat(warnings()).isLessThan(FEW_EVENTS);
    for (Socket caller : callers) {
      caller.close();
    }
  }

  /** Everybody's answer is there, each on a thread of its own, as when a broker has answered. */
  private List<Thread> answerAll() {
    var threads = new ArrayList<Thread>();
    for (CompletableFuture<Void> answer : pending) {
      var thread = new Thread(() -> answer.complete(null), "answering");
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
    return threads;
  }

  private long warnings() {
    // The appender's own lock: others may be logging still.
    synchronized (logged) {
      return logged.list.stream()
          .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
          .count();
    }
  }

  private List<Socket> ask(String path) throws IOException {
    var callers = new ArrayList<Socket>();
    for (int i = 0; i < CALLERS; i++) {
      var socket = new Socket(InetAddress.getByName("127.0.0.1"), http.port());
      String head = "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      callers.add(socket);
    }
    await().until(() -> pending.size() == CALLERS);
    return callers;
  }

  private void plain(Context context) {
    var answer = new CompletableFuture<Void>();
    context.future(() -> answer.thenRun(() -> HttpApi.json(context, 200, "late")));
    pending.add(answer);
  }

  /** As server-sent events are written: the server tells a listener when it may write. */
  private void stream(Context context) {
    var answer = new CompletableFuture<Void>();
    context.future(
        () -> {
          ServletOutputStream out = output(context);
          var done = new CompletableFuture<Void>();
          out.setWriteListener(
              new WriteListener() {
                @Override
                public void onWritePossible() {
                  answer.thenRun(() -> write(out, done));
                }

                @Override
                public void onError(Throwable cause) {
                  done.complete(null);
                }
              });
          return done;
        });
    pending.add(answer);
  }

  private static void write(ServletOutputStream out, CompletableFuture<Void> done) {
    try {
      while (out.isReady()) {
        out.write(new byte[100_000]);
      }
    } catch (IOException e) {
      done.complete(null);
    }
  }

  private static ServletOutputStream output(Context context) {
    try {
      return context.res().getOutputStream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }
}
