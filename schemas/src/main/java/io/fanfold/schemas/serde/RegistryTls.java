package io.fanfold.schemas.serde;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.apache.kafka.common.config.ConfigException;

/** TLS to the registry under Confluent's {@code schema.registry.ssl.*} settings. */
final class RegistryTls {

  private static final String PREFIX = "schema.registry.ssl.";

  private RegistryTls() {}

  /** The context the settings ask for; empty when they ask for nothing but Java's own. */
  static Optional<SSLContext> context(Settings settings) {
    Optional<String> trustStore = settings.text(PREFIX + "truststore.location");
    Optional<String> keyStore = settings.text(PREFIX + "keystore.location");
    // Set to nothing, as with Kafka's own setting, it turns the check of the host name off.
    boolean anyHost =
        settings
            .value(PREFIX + "endpoint.identification.algorithm")
            .filter(value -> value.toString().isBlank())
            .isPresent();
    if (trustStore.isEmpty() && keyStore.isEmpty() && !anyHost) {
      return Optional.empty();
    }
    try {
      var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      if (keyStore.isPresent()) {
        Optional<String> keyPassword = settings.text(PREFIX + "key.password");
        char[] password =
            keyPassword
                .or(() -> settings.text(PREFIX + "keystore.password"))
                .map(String::toCharArray)
                .orElse(null);
        keys.init(store(settings, "keystore"), password);
      } else {
        keys.init(null, null);
      }
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trustStore.isPresent() ? store(settings, "truststore") : null);
      TrustManager[] managers = trust.getTrustManagers();
      if (anyHost) {
        for (int i = 0; i < managers.length; i++) {
          if (managers[i] instanceof X509TrustManager manager) {
            managers[i] = new AnyHost(manager);
          }
        }
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), managers, null);
      return Optional.of(context);
    } catch (GeneralSecurityException e) {
      throw failed("TLS to the schema registry cannot be set up: " + e.getMessage(), e);
    }
  }

  private static KeyStore store(Settings settings, String which) throws GeneralSecurityException {
    String location = settings.text(PREFIX + which + ".location").orElseThrow();
    String type = settings.text(PREFIX + which + ".type").orElse("JKS").toUpperCase(Locale.ROOT);
    if (type.equals("PEM")) {
      throw new ConfigException(PREFIX + which + ".type", type, "must be JKS or PKCS12");
    }
    char[] password =
        settings.text(PREFIX + which + ".password").map(String::toCharArray).orElse(null);
    KeyStore store = KeyStore.getInstance(type);
    try (InputStream in = Files.newInputStream(Path.of(location))) {
      store.load(in, password);
    } catch (IOException e) {
      throw failed("the %s %s cannot be read: %s".formatted(which, location, e.getMessage()), e);
    }
    return store;
  }

  private static ConfigException failed(String message, Exception cause) {
    var failure = new ConfigException(message);
    failure.initCause(cause);
    return failure;
  }

  /** Checks the certificate and not whose it is; Java's client has no other way to turn it off. */
  private static final class AnyHost extends X509ExtendedTrustManager {

    private final X509TrustManager certificates;

    AnyHost(X509TrustManager certificates) {
      this.certificates = certificates;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      certificates.checkServerTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      certificates.checkServerTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      certificates.checkServerTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      certificates.checkClientTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      certificates.checkClientTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      certificates.checkClientTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return certificates.getAcceptedIssuers();
    }
  }
}
