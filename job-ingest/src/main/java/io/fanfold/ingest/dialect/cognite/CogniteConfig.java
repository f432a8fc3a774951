package io.fanfold.ingest.dialect.cognite;

import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/** The keys of the dialect. */
final class CogniteConfig {

  static final String BATCH_SIZE = "cognite.batch.size";
  static final String TOKENS = "cognite.tokens";
  static final String ISSUER = "cognite.oidc.issuer";
  static final String AUDIENCE = "cognite.oidc.audience";
  static final String JWKS_URL = "cognite.oidc.jwks.url";
  static final String PROJECTS_CLAIM = "cognite.oidc.projects.claim";

  private CogniteConfig() {}

  static ConfigDef define(ConfigDef definition) {
    return definition
        .define(
            BATCH_SIZE,
            Type.INT,
            10,
            Range.between(1, 100),
            Importance.MEDIUM,
            "Files per batch of jobs that come through the cognite dialect; one that fails takes"
                + " its batch with it.")
        .define(
            TOKENS,
            Type.PASSWORD,
            "",
            Importance.MEDIUM,
            "Bearer tokens the cognite dialect takes and whose they are, as in"
                + " project:token,project:token.")
        .define(
            ISSUER,
            Type.STRING,
            "",
            Importance.MEDIUM,
            "Issuer of the OpenID Connect tokens the cognite dialect takes; needs "
                + AUDIENCE
                + " and "
                + JWKS_URL
                + ". Empty takes none.")
        .define(
            AUDIENCE, Type.STRING, "", Importance.MEDIUM, "Audience that those tokens must be for.")
        .define(
            JWKS_URL,
            Type.STRING,
            "",
            Importance.MEDIUM,
            "Where the issuer's public keys are, as a JSON Web Key Set.")
        .define(
            PROJECTS_CLAIM,
            Type.STRING,
            "groups",
            Importance.LOW,
            "Claim of those tokens that lists the projects its bearer may use, as a list of"
                + " strings or a text with spaces between.");
  }
}
