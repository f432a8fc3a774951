package io.fanfold.schemas.serde;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests to a registry that may be at several places: the one that answered last goes first, the
 * others follow when it fails, over a bounded number of rounds and a bounded time.
 */
final class RegistryConnection {

  private static final Logger LOG = LoggerFactory.getLogger(RegistryConnection.class);
  private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final String ACCEPT =
      "application/vnd.schemaregistry.v1+json, application/vnd.schemaregistry+json, "
          + "application/json";
  private static final Set<Integer> WORTH_ANOTHER_TRY = Set.of(408, 429, 500, 502, 503, 504);

  private final HttpClient http;
  private final List<Place> places;
  private final Limits limits;

  // A hint, so races are harmless.
  private volatile int preferred;

  private RegistryConnection(HttpClient http, List<Place> places, Limits limits) {
    this.http = http;
    this.places = places;
    this.limits = limits;
  }

  /**
   * @throws ConfigException when a URL or a setting is malformed
   */
  static RegistryConnection open(List<String> urls, Settings settings) {
    var places = new ArrayList<Place>();
    for (String url : urls) {
      places.add(Place.parse(url, settings));
    }
    Limits limits = Limits.parse(settings);
    HttpClient.Builder http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            // Java's client would take the credentials along to wherever it is sent.
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(limits.connect());
    settings
        .registryText("proxy.host")
        .ifPresent(
            host ->
                http.proxy(
                    ProxySelector.of(
                        new InetSocketAddress(
                            host, settings.registryNumber("proxy.port", 8080, 1, 65_535)))));
    RegistryTls.context(settings).ifPresent(http::sslContext);
    return new RegistryConnection(http.build(), List.copyOf(places), limits);
  }

  Answer get(String path) {
    return send(path, null);
  }

  Answer post(String path, String json) {
    return send(path, json);
  }

  @Override
  public String toString() {
    return places.stream().map(Place::shown).toList().toString();
  }

  private Answer send(String path, String json) {
    long deadline = System.nanoTime() + limits.total().toNanos();
    Duration pause = limits.pause();
    String lastFailure = "no time to try";
    Throwable lastCause = null;
    for (int round = 0; round <= limits.retries(); round++) {
      if (round > 0) {
        if (!pause(pause, deadline)) {
          break;
        }
        pause = pause.multipliedBy(2);
      }
      int first = preferred;
      for (int i = 0; i < places.size(); i++) {
        int index = (first + i) % places.size();
        Place place = places.get(index);
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          break;
        }
        try {
          Answer answer = exchange(place, path, json, Math.min(left, limits.read().toNanos()));
          if (!WORTH_ANOTHER_TRY.contains(answer.status())) {
            preferred = index;
            return answer;
          }
          lastFailure = "%s answered %d".formatted(place.shown(), answer.status());
          lastCause = null;
        } catch (IOException e) {
          lastFailure = "%s: %s".formatted(place.shown(), reason(e));
          lastCause = e;
        }
        LOG.warn("The schema registry did not answer {}: {}", path, lastFailure);
      }
    }
    throw new SchemaRegistryUnavailableException(
        "the schema registry did not answer %s; last, %s".formatted(path, lastFailure), lastCause);
  }

  private Answer exchange(Place place, String path, String json, long nanos) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(place.base() + path)).header("Accept", ACCEPT);
    place.authorization().ifPresent(header -> request.header("Authorization", header));
    if (json != null) {
      request.header("Content-Type", MEDIA_TYPE).POST(BodyPublishers.ofString(json));
    }
    // The request's own timeout ends with the headers; this one covers the body too.
    CompletableFuture<HttpResponse<String>> pending =
        http.sendAsync(request.build(), BodyHandlers.ofString());
    try {
      HttpResponse<String> response = pending.get(nanos, TimeUnit.NANOSECONDS);
      return new Answer(place.shown(), response.statusCode(), response.body());
    } catch (TimeoutException e) {
      pending.cancel(true);
      throw new IOException("no answer in %d ms".formatted(nanos / 1_000_000), e);
    } catch (ExecutionException e) {
      throw new IOException(reason(e.getCause()), e.getCause());
    } catch (InterruptedException e) {
      pending.cancel(true);
      throw new InterruptException(e);
    }
  }

  /** False when there is no time left to pause and try again. */
  private static boolean pause(Duration duration, long deadline) {
    long nanos = duration.toNanos() / 2;
    nanos += ThreadLocalRandom.current().nextLong(nanos + 1);
    if (System.nanoTime() + nanos >= deadline) {
      return false;
    }
    try {
      TimeUnit.NANOSECONDS.sleep(nanos);
      return true;
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static String reason(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }

  /**
   * What came back.
   *
   * @param place the registry that answered, without credentials
   */
  record Answer(String place, int status, String body) {}

  private record Place(String base, String shown, Optional<String> authorization) {

    static Place parse(String url, Settings settings) {
      URI uri;
      try {
        uri = new URI(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
      } catch (URISyntaxException e) {
        throw malformed();
      }
      if (uri.getHost() == null
          || !("http".equalsIgnoreCase(uri.getScheme())
              || "https".equalsIgnoreCase(uri.getScheme()))) {
        throw malformed();
      }
      try {
        URI base =
            new URI(uri.getScheme(), null, uri.getHost(), uri.getPort(), uri.getPath(), null, null);
        return new Place(
            base.toString(), base.toString(), RegistryCredentials.header(settings, uri));
      } catch (URISyntaxException e) {
        throw malformed();
      }
    }

    /** Without the URL or the parser's message, which repeats it: it may hold a password. */
    private static ConfigException malformed() {
      return new ConfigException("schema.registry.url must hold URLs like http://host:8081");
    }
  }

  /**
   * How long and how often.
   *
   * @param connect for one connection
   * @param read for one answer
   * @param total for everything one call does
   * @param retries rounds after the first
   * @param pause before the first retry; twice as long before each further one
   */
  private record Limits(
      Duration connect, Duration read, Duration total, int retries, Duration pause) {

    private static final int LONGEST_MS = 3_600_000;

    static Limits parse(Settings settings) {
      return new Limits(
          millis(settings, "http.connect.timeout.ms", 5_000),
          millis(settings, "http.read.timeout.ms", 10_000),
          millis(settings, "request.timeout.total.ms", 30_000),
          settings.registryNumber("max.retries", 3, 0, 100),
          millis(settings, "retries.wait.ms", 200));
    }

    private static Duration millis(Settings settings, String key, int otherwise) {
      return Duration.ofMillis(settings.registryNumber(key, otherwise, 1, LONGEST_MS));
    }
  }
}
