package io.fanfold.schemas.serde;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Optional;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;

/** What to send as {@code Authorization}, under Confluent's settings. */
final class RegistryCredentials {

  private static final String BASIC_SOURCE = "basic.auth.credentials.source";
  private static final String USER_INFO = "basic.auth.user.info";
  private static final String BEARER_SOURCE = "bearer.auth.credentials.source";
  private static final String TOKEN = "bearer.auth.token";

  private RegistryCredentials() {}

  /**
   * The header for requests to one registry.
   *
   * @param url the registry's URL as configured, user info included
   */
  static Optional<String> header(Settings settings, URI url) {
    Optional<String> bearer = settings.registryText(BEARER_SOURCE);
    if (bearer.isPresent()) {
      return Optional.of("Bearer " + token(settings, bearer.get()));
    }
    String source = settings.registryText(BASIC_SOURCE).orElse("URL");
    return switch (source.toUpperCase(Locale.ROOT)) {
      case "URL" -> Optional.ofNullable(url.getUserInfo()).map(RegistryCredentials::basic);
      case "USER_INFO" -> Optional.of(basic(required(settings, USER_INFO)));
      case "SASL_INHERIT" -> Optional.of(basic(inherited(settings)));
      default ->
          throw new ConfigException(BASIC_SOURCE, source, "must be URL, USER_INFO or SASL_INHERIT");
    };
  }

  private static String token(Settings settings, String source) {
    if (!source.equalsIgnoreCase("STATIC_TOKEN")) {
      throw new ConfigException(BEARER_SOURCE, source, "only STATIC_TOKEN is supported");
    }
    return required(settings, TOKEN);
  }

  private static String inherited(Settings settings) {
    var configs = new HashMap<String, Object>();
    settings
        .text(SaslConfigs.SASL_JAAS_CONFIG)
        .ifPresent(jaas -> configs.put(SaslConfigs.SASL_JAAS_CONFIG, new Password(jaas)));
    for (AppConfigurationEntry entry :
        JaasContext.loadClientContext(configs).configurationEntries()) {
      Object user = entry.getOptions().get("username");
      Object password = entry.getOptions().get("password");
      if (user != null && password != null) {
        return user + ":" + password;
      }
    }
    throw new ConfigException(
        BASIC_SOURCE, "SASL_INHERIT", "the SASL configuration has no username and password");
  }

  private static String required(Settings settings, String key) {
    return settings
        .registryText(key)
        .orElseThrow(() -> new ConfigException(key + " must be set with its credentials source"));
  }

  private static String basic(String userInfo) {
    byte[] bytes = userInfo.getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(bytes);
  }
}
