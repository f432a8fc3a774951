package io.fanfold.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bodies that come in pieces: events as they happen, and files. */
@Timeout(20)
final class LookupStreamTest {

  // A test hands over a piece and knows that it was taken; an empty one ends the body.
  private final SynchronousQueue<byte[]> pieces = new SynchronousQueue<>();
  private final CountDownLatch broken = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private volatile long length;
  private volatile String lastEventId;
  private HttpServer upstream;
  private ApiServer api;

  @BeforeEach
  void start() throws Exception {
    upstream = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    upstream.setExecutor(threads);
    upstream.createContext(
        "/",
        exchange -> {
          lastEventId = exchange.getRequestHeaders().getFirst("Last-Event-ID");
          exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
          exchange.getResponseHeaders().set("Content-Disposition", "attachment");
          exchange.sendResponseHeaders(200, length);
          try {
            for (byte[] piece = pieces.take(); piece.length > 0; piece = pieces.take()) {
              exchange.getResponseBody().write(piece);
              exchange.getResponseBody().flush();
            }
          } catch (IOException e) {
            broken.countDown();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.close();
        });
    upstream.start();
    String url = "http://127.0.0.1:" + upstream.getAddress().getPort();
    api = new ApiServer(Samples.codec("lookup-stream-test"), url, Samples.TEXT);
  }

  @AfterEach
  void stop() {
    api.close();
    upstream.stop(0);
    threads.shutdownNow();
  }

  @Test
  void each_event_arrives_when_it_is_sent() throws Exception {
    HttpResponse<InputStream> answer = open("/v1/jobs/7/events");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/event-stream");
    assertThat(lastEventId).isEqualTo("3");
    try (InputStream body = answer.body()) {
      for (int i = 0; i < 3; i++) {
        byte[] event = ("id: " + i + "\ndata: {}\n\n").getBytes(UTF_8);
        pieces.put(event);
        assertThat(body.readNBytes(event.length)).isEqualTo(event);
      }
      pieces.put(new byte[0]);
      assertThat(body.read()).isEqualTo(-1);
    }
  }

  @Test
  void a_caller_who_is_gone_ends_the_lookup() throws Exception {
    HttpResponse<InputStream> answer = open("/v1/jobs/7/events");
    pieces.put(new byte[] {1});
    answer.body().close();

    boolean taken = true;
    while (taken && broken.getCount() > 0) {
      taken = pieces.offer(new byte[64 * 1024], 5, TimeUnit.SECONDS);
    }

    assertThat(broken.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void a_large_file_goes_through_whole() throws Exception {
    length = 8L * 1024 * 1024;
    HttpResponse<InputStream> answer = open("/v1/jobs/7/artifacts/results.jsonl");
    assertThat(answer.headers().firstValue("Content-Length")).hasValue(Long.toString(length));
    assertThat(answer.headers().firstValue("Content-Disposition")).hasValue("attachment");
    threads.execute(
        () -> {
          try {
            for (long sent = 0; sent < length; sent += 1024 * 1024) {
              pieces.put(new byte[1024 * 1024]);
            }
            pieces.put(new byte[0]);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });

    try (InputStream body = answer.body()) {
      assertThat(body.readAllBytes()).hasSize((int) length);
    }
  }

  @Test
  void half_a_file_does_not_look_like_a_whole_one() throws Exception {
    length = 1_000;
    HttpResponse<InputStream> answer = open("/v1/jobs/7/artifacts/results.jsonl");
    pieces.put(new byte[500]);
    pieces.put(new byte[0]);

    try (InputStream body = answer.body()) {
      assertThatThrownBy(body::readAllBytes).isInstanceOf(IOException.class);
    }
  }

  private HttpResponse<InputStream> open(String path) throws Exception {
    return client.send(
        api.request(path).header("Last-Event-ID", "3").build(), BodyHandlers.ofInputStream());
  }
}
