package io.fanfold.aggregator;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A partition's views in another instance. */
final class RemoteStore implements PartitionStore {

  /** Who has not answered by then is as good as gone. */
  static final Duration DEADLINE = Duration.ofSeconds(2);

  /** The other instance cannot be asked, or does not have the partition. */
  static final class UnreachableException extends RuntimeException {

    UnreachableException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private interface Reader<T> {
    T read(DataInputStream in) throws IOException;
  }

  private final HttpClient client;
  private final URI base;
  private final int partition;
  private final boolean stale;

  /**
   * @param base the instance, as in {@code http://host:port}
   * @param stale whether a standby's rows will do
   */
  RemoteStore(HttpClient client, URI base, int partition, boolean stale) {
    this.client = client;
    this.base = base;
    this.partition = partition;
    this.stale = stale;
  }

  @Override
  public List<byte[]> get(ViewStore store, List<String> keys) {
    byte[] request = PeerWire.bytes(out -> PeerWire.keys(out, keys));
    return call(store, "get", request, PeerWire::values);
  }

  @Override
  public List<Row> range(ViewStore store, String from, String to, int limit) {
    byte[] request =
        PeerWire.bytes(
            out -> {
              out.writeUTF(from);
              out.writeUTF(to);
              out.writeInt(limit);
            });
    return call(store, "range", request, PeerWire::rows);
  }

  @Override
  public List<List<Row>> scan(ViewStore store, List<String> prefixes) {
    byte[] request = PeerWire.bytes(out -> PeerWire.keys(out, prefixes));
    return call(
        store,
        "scan",
        request,
        in -> {
          var found = new ArrayList<List<Row>>(prefixes.size());
          for (int i = 0; i < prefixes.size(); i++) {
            found.add(PeerWire.rows(in));
          }
          return found;
        });
  }

  private <T> T call(ViewStore store, String call, byte[] body, Reader<T> reader) {
    URI target =
        base.resolve(
            "/internal/views/%s/%d/%s%s"
                .formatted(store.name(), partition, call, stale ? "?stale=true" : ""));
    var request =
        HttpRequest.newBuilder(target)
            .timeout(DEADLINE)
            .POST(BodyPublishers.ofByteArray(body))
            .build();
    try {
      HttpResponse<byte[]> answer = client.send(request, BodyHandlers.ofByteArray());
      if (answer.statusCode() != 200) {
        throw new UnreachableException(base + " answers " + answer.statusCode(), null);
      }
      return reader.read(PeerWire.reader(answer.body()));
    } catch (IOException e) {
      throw new UnreachableException(base + " cannot be asked", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnreachableException("interrupted", e);
    }
  }
}
