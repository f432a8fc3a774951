package io.fanfold.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryTlsTest {

  private static final String PASSWORD = "changeit";

  @TempDir private static Path stores;

  @BeforeAll
  static void makeStores() throws Exception {
    makeStore("here", "dns:localhost");
    makeStore("elsewhere", "dns:elsewhere.example");
  }

  private static void makeStore(String name, String subject) throws Exception {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=" + subject,
                "-storetype",
                "PKCS12",
                "-keystore",
                store(name),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(output).isZero();
  }

  private static String store(String name) {
    return stores.resolve(name + ".p12").toString();
  }

  /** Key and trust both from the one store, whose certificate signs itself. */
  private static Map<String, Object> settings(String name) {
    var settings = new HashMap<String, Object>();
    for (String which : new String[] {"truststore", "keystore"}) {
      settings.put("schema.registry.ssl." + which + ".location", store(name));
      settings.put("schema.registry.ssl." + which + ".password", PASSWORD);
      settings.put("schema.registry.ssl." + which + ".type", "PKCS12");
    }
    settings.put("max.retries", 0);
    return settings;
  }

  private static RestRegistry registry(String name) throws Exception {
    SSLContext tls = RegistryTls.context(new Settings(settings(name))).orElseThrow();
    return new RestRegistry(tls);
  }

  private static byte[] serialize(RestRegistry registry, Map<String, Object> settings) {
    settings.put("schema.registry.url", registry.url());
    try (var serializer = new AvroSerializer()) {
      serializer.configure(settings, false);
      return serializer.serialize("t", "x");
    }
  }

  @Test
  void bothSidesShowWhoTheyAre() throws Exception {
    try (RestRegistry registry = registry("here")) {
      assertThat(serialize(registry, settings("here"))).isNotEmpty();
    }
  }

  @Test
  void strangersAreNotTrusted() throws Exception {
    try (RestRegistry registry = registry("here")) {
      assertThatThrownBy(() -> serialize(registry, settings("elsewhere")))
          .isInstanceOf(SchemaRegistryUnavailableException.class);
      assertThatThrownBy(() -> serialize(registry, new HashMap<>(Map.of("max.retries", 0))))
          .isInstanceOf(SchemaRegistryUnavailableException.class);
      assertThat(registry.requests()).isEmpty();
    }
  }

  @Test
  void hostNamesAreCheckedUnlessTurnedOff() throws Exception {
    try (RestRegistry registry = registry("elsewhere")) {
      Map<String, Object> settings = settings("elsewhere");
      assertThatThrownBy(() -> serialize(registry, settings))
          .isInstanceOf(SchemaRegistryUnavailableException.class);
      settings.put("schema.registry.ssl.endpoint.identification.algorithm", "");
      assertThat(serialize(registry, settings)).isNotEmpty();
    }
  }

  @Test
  void withoutTheHostNameCertificatesStillCount() throws Exception {
    try (RestRegistry registry = registry("here")) {
      Map<String, Object> settings = settings("elsewhere");
      settings.put("schema.registry.ssl.endpoint.identification.algorithm", "");
      assertThatThrownBy(() -> serialize(registry, settings))
          .isInstanceOf(SchemaRegistryUnavailableException.class);
    }
  }

  @Test
  void wrongPasswordsAndKindsAreFoundAtOnce() {
    Map<String, Object> settings = settings("here");
    settings.put("schema.registry.ssl.truststore.password", "wrong!");
    assertThatThrownBy(() -> RegistryTls.context(new Settings(settings)))
        .isInstanceOf(ConfigException.class)
        .hasMessageNotContaining("wrong!");
    settings.put("schema.registry.ssl.truststore.type", "PEM");
    assertThatThrownBy(() -> RegistryTls.context(new Settings(settings)))
        .isInstanceOf(ConfigException.class);
  }
}
