package io.fanfold.kit.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTP/1.1 to addresses that users name: every exchange is checked by an {@link AddressGuard}, is
 * over at its deadline whatever the peer does, and holds no more of the response than asked for.
 * Redirects are returned, not followed; nothing is retried, unpacked, cached or sent by a proxy; no
 * cookies.
 *
 * <p>Safe for use by several threads; an exchange runs on the thread that calls.
 */
public final class GuardedHttp implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(GuardedHttp.class);
  private static final int MAX_LINE_BYTES = 8 * 1024;
  private static final int MAX_HEADERS = 100;

  private final AddressGuard guard;
  private final Names names;
  private final CloseableHttpClient client;
  private final ThreadPoolExecutor lookups;
  private final ScheduledThreadPoolExecutor deadlines;

  /**
   * A request.
   *
   * @param method as in GET or POST
   * @param uri absolute, http or https
   * @param headers sent as they are; the client adds Host, Content-Length and Connection
   * @param body may be empty
   * @param deadline for the whole exchange: waiting for a connection, name lookup, connecting, TLS,
   *     sending, headers and body
   * @param maxBodyBytes how much of the response body to read
   */
  public record Request(
      String method,
      URI uri,
      Map<String, String> headers,
      byte[] body,
      Duration deadline,
      int maxBodyBytes) {

    public Request {
      Objects.requireNonNull(method);
      Objects.requireNonNull(uri);
      headers = Map.copyOf(headers);
      Objects.requireNonNull(body);
      if (deadline.isZero() || deadline.isNegative()) {
        throw new IllegalArgumentException("deadline must be positive");
      }
      if (maxBodyBytes < 0) {
        throw new IllegalArgumentException("maxBodyBytes must not be negative");
      }
    }
  }

  /**
   * A response.
   *
   * @param status the HTTP status
   * @param headers names in lower case; of repeated ones the values joined by a comma
   * @param body at most maxBodyBytes of the body
   * @param truncated the body was longer
   */
  public record Response(int status, Map<String, String> headers, byte[] body, boolean truncated) {}

  /**
   * @param guard what may be reached
   * @param maxPerRoute connections to one scheme, host and port
   * @param maxTotal connections altogether; more exchanges than that wait for one, in their time
   */
  public GuardedHttp(AddressGuard guard, int maxPerRoute, int maxTotal) {
    this(guard, maxPerRoute, maxTotal, Names.SYSTEM);
  }

  // Visible for testing.
  GuardedHttp(AddressGuard guard, int maxPerRoute, int maxTotal, Names names) {
    this.guard = guard;
    this.names = names;
    this.lookups =
        new ThreadPoolExecutor(
            maxTotal,
            maxTotal,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            daemons("guarded-http-lookup"));
    this.lookups.allowCoreThreadTimeOut(true);
    this.deadlines = new ScheduledThreadPoolExecutor(1, daemons("guarded-http-deadline"));
    this.deadlines.setRemoveOnCancelPolicy(true);
    this.client = client(guard, maxPerRoute, maxTotal);
  }

  /**
   * Sends the request and reads the response.
   *
   * @throws RefusedAddressException when the guard refuses the host; nothing was sent
   * @throws DeadlineExceededException when it was not over in time
   * @throws IOException when there was no usable response for another reason
   */
  public Response exchange(Request request) throws IOException {
    var host = target(request.uri());
    var exchange = Exchange.begin(request.deadline());
    Future<?> expiry =
        deadlines.schedule(exchange::expire, request.deadline().toNanos(), TimeUnit.NANOSECONDS);
    try {
      List<InetAddress> addresses = lookUp(host.getHostName(), exchange);
      guard.check(host.getHostName(), addresses);
      exchange.resolved(host.getHostName(), addresses);
      return send(host, request, exchange);
    } catch (RefusedAddressException e) {
      throw e;
    } catch (IOException e) {
      if (exchange.expired()) {
        throw new DeadlineExceededException(request.deadline(), e);
      }
      throw e;
    } finally {
      expiry.cancel(false);
      exchange.release();
      Exchange.end();
    }
  }

  @Override
  public void close() throws IOException {
    lookups.shutdownNow();
    deadlines.shutdownNow();
    client.close();
  }

  private static HttpHost target(URI uri) throws IOException {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new RefusedAddressException("only http and https are sent");
    }
    String host = uri.getHost();
    if (host == null || uri.getRawUserInfo() != null) {
      throw new RefusedAddressException("the host is not a valid name or address");
    }
    String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    int port = uri.getPort() == -1 ? (scheme.equals("https") ? 443 : 80) : uri.getPort();
    return new HttpHost(scheme, name, port);
  }

  /** Looks the name up for each exchange, pooled connection or not, so that the guard sees it. */
  private List<InetAddress> lookUp(String host, Exchange exchange) throws IOException {
    // The system's resolver cannot be interrupted, so the wait for it is what ends in time.
    Future<List<InetAddress>> lookup = lookups.submit(() -> names.lookUp(host));
    try {
      return lookup.get(Math.max(0, exchange.remainingNanos()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new InterruptedIOException("name lookup took too long");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownHostException) {
        var unknown = new UnknownHostException(host);
        unknown.initCause(e);
        throw unknown;
      }
      throw new IOException("name lookup failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } finally {
      lookup.cancel(true);
    }
  }

  private Response send(HttpHost host, Request request, Exchange exchange) throws IOException {
    var context = HttpClientContext.create();
    context.setRequestConfig(config(exchange));
    try {
      ClassicHttpResponse response = client.executeOpen(host, encode(request), context);
      boolean complete = false;
      try {
        Response decoded = decode(response, request.maxBodyBytes());
        complete = !decoded.truncated();
        return decoded;
      } finally {
        if (!complete) {
          // Otherwise closing the response reads the rest of it first, however long it is.
          exchange.hangUp();
        }
        close(response);
      }
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new IOException("the exchange broke off: " + e.getMessage(), e);
    }
  }

  private static void close(ClassicHttpResponse response) {
    try {
      response.close();
    } catch (IOException e) {
      // What was wanted of the response is there already, or a better exception is on its way.
      log.debug("closing a response after hanging up", e);
    }
  }

  private static RequestConfig config(Exchange exchange) {
    Timeout remaining = Timeout.ofMilliseconds(exchange.remainingMillis());
    return RequestConfig.custom()
        .setConnectionRequestTimeout(remaining)
        .setResponseTimeout(remaining)
        .setRedirectsEnabled(false)
        .setExpectContinueEnabled(false)
        // Otherwise each plain request asks for an upgrade to TLS, which confuses old servers.
        .setProtocolUpgradeEnabled(false)
        .build();
  }

  private static ClassicHttpRequest encode(Request request) {
    var builder = ClassicRequestBuilder.create(request.method()).setUri(request.uri());
    request.headers().forEach(builder::addHeader);
    if (request.body().length > 0) {
      // No content type of its own: the headers name it.
      builder.setEntity(new ByteArrayEntity(request.body(), (ContentType) null));
    }
    return builder.build();
  }

  private static Response decode(ClassicHttpResponse response, int maxBodyBytes)
      throws IOException {
    var headers = new LinkedHashMap<String, String>();
    for (Header header : response.getHeaders()) {
      headers.merge(
          header.getName().toLowerCase(Locale.ROOT),
          header.getValue() == null ? "" : header.getValue(),
          (first, second) -> first + ", " + second);
    }
    HttpEntity entity = response.getEntity();
    if (entity == null) {
      return new Response(response.getCode(), headers, new byte[0], false);
    }
    InputStream content = entity.getContent();
    byte[] body = content.readNBytes(maxBodyBytes);
    // One byte further tells a body that just fits from a longer one, and finds the end of it,
    // which is what lets the connection be used again.
    boolean truncated = content.read() != -1;
    return new Response(response.getCode(), headers, body, truncated);
  }

  private static CloseableHttpClient client(AddressGuard guard, int maxPerRoute, int maxTotal) {
    var connections = connections(guard);
    connections.setDefaultMaxPerRoute(maxPerRoute);
    connections.setMaxTotal(maxTotal);
    connections.setDefaultConnectionConfig(
        ConnectionConfig.custom()
            .setTimeToLive(TimeValue.ofMinutes(5))
            // Nothing is retried, so a kept connection is looked at (1 ms) before each use.
            .setValidateAfterInactivity(TimeValue.ZERO_MILLISECONDS)
            .build());
    return HttpClientBuilder.create()
        .setConnectionManager(connections)
        .disableRedirectHandling()
        .disableAutomaticRetries()
        .disableCookieManagement()
        .disableContentCompression()
        .disableAuthCaching()
        .disableConnectionState()
        .disableDefaultUserAgent()
        .evictIdleConnections(TimeValue.ofSeconds(30))
        .build();
  }

  private static PoolingHttpClientConnectionManager connections(AddressGuard guard) {
    var limits =
        Http1Config.custom()
            .setMaxLineLength(MAX_LINE_BYTES)
            .setMaxHeaderCount(MAX_HEADERS)
            .build();
    var tls = DefaultClientTlsStrategy.createDefault();
    // The builder has no place for a socket factory; this is what it would put together itself.
    var operator =
        new DefaultHttpClientConnectionOperator(
            proxy -> socket(guard),
            null,
            new CheckedAddresses(),
            scheme -> scheme.equals("https") ? (TlsSocketStrategy) tls : null);
    return new PoolingHttpClientConnectionManager(
        operator,
        PoolConcurrencyPolicy.STRICT,
        PoolReusePolicy.LIFO,
        TimeValue.NEG_ONE_MILLISECOND,
        ManagedHttpClientConnectionFactory.builder().http1Config(limits).build());
  }

  private static Socket socket(AddressGuard guard) {
    return new GuardedSocket(guard);
  }

  private static ThreadFactory daemons(String name) {
    var count = new AtomicInteger();
    return task -> {
      var thread = new Thread(task, name + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Hands the client the addresses that were looked up and checked for the current exchange. */
  private static final class CheckedAddresses implements DnsResolver {

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
      try {
        return Exchange.current().addressesOf(host).toArray(InetAddress[]::new);
      } catch (UnknownHostException e) {
        throw e;
      } catch (IOException e) {
        var unknown = new UnknownHostException(host);
        unknown.initCause(e);
        throw unknown;
      }
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }
}
