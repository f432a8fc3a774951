package io.fanfold.ingest.dialect.edgeimpulse;

import io.fanfold.kit.Problem;
import io.fanfold.kit.Service;
import io.fanfold.kit.ServiceConfig;
import io.fanfold.kit.net.AddressGuard;
import io.fanfold.kit.net.GuardedHttp;
import io.fanfold.kit.store.ObjectStore;
import io.fanfold.kit.store.ObjectStoreConfig;
import io.fanfold.kit.store.ObjectStores;
import io.fanfold.kit.store.ObjectUpload;
import io.fanfold.kit.store.StoreException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the contents of samples are: in a store if there is one, otherwise in their records. */
final class SampleContents {

  /** The longest content that is kept in its record, in bytes. */
  static final int MAX_INLINE = 40 * 1024;

  private static final Logger log = LoggerFactory.getLogger(SampleContents.class);
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final String prefix;
  private final ObjectStore store;

  /**
   * @param prefix where contents are written, with a slash at its end; empty without a store
   * @param store null without one
   */
  SampleContents(String prefix, ObjectStore store) {
    this.prefix = prefix;
    this.store = store;
  }

  /** As configured; what it needs is closed with the service. */
  static SampleContents of(String prefix, ServiceConfig config, Service service) {
    if (prefix.isEmpty()) {
      return new SampleContents(prefix, null);
    }
    if (prefix.toLowerCase(Locale.ROOT).startsWith("file:")) {
      return new SampleContents(prefix, ObjectStores.files(List.of(Path.of(URI.create(prefix)))));
    }
    var http = service.closing(new GuardedHttp(AddressGuard.allowing(List.of()), 1, 1));
    return new SampleContents(
        prefix,
        service.closing(
            new ObjectStores(http, DEADLINE, List.of(), ObjectStoreConfig.settings(config))));
  }

  /**
   * Keeps a content.
   *
   * @param name what it is called under the prefix
   * @return its URI
   */
  String keep(String name, String mediaType, byte[] content) {
    if (store == null) {
      if (content.length > MAX_INLINE) {
        throw Problem.of(
                413,
                "TOO_LARGE",
                "The sample is too long",
                "A sample may have "
                    + MAX_INLINE
                    + " bytes here; longer ones need "
                    + Settings.SAMPLES_URI)
            .exception();
      }
      return "data:" + mediaType + ";base64," + Base64.getEncoder().encodeToString(content);
    }
    String uri = prefix + name;
    try {
      ObjectUpload upload = store.begin(uri, mediaType);
      upload.part(content);
      upload.complete();
      return uri;
    } catch (StoreException e) {
      log.warn("a sample could not be written", e);
      throw Problem.unavailable("The sample could not be written; it may be sent again")
          .exception();
    }
  }

  /** Removes a content that {@link #keep} wrote. */
  void remove(String uri) {
    if (store == null || !uri.startsWith(prefix)) {
      return;
    }
    try {
      store.delete(uri);
    } catch (StoreException e) {
      // The sample is gone from the data set all the same; what is left over is a file.
      log.warn("the content of a removed sample is still there", e);
    }
  }
}
