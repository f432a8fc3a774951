package io.fanfold.kit.store;

import io.fanfold.kit.ServiceConfig;
import java.nio.file.Path;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/** The keys of services that read or write objects in S3. */
public final class ObjectStoreConfig {

  public static final String S3_ENDPOINT = "s3.endpoint";
  public static final String S3_REGION = "s3.region";
  public static final String S3_ACCESS_KEY = "s3.access.key";
  public static final String S3_SECRET_KEY = "s3.secret.key";
  public static final String S3_PATH_STYLE = "s3.path.style";
  public static final String S3_ROOT = "s3.root";

  private ObjectStoreConfig() {}

  /** Adds the keys to a service's. */
  public static ConfigDef define(ConfigDef definition) {
    return definition
        .define(
            S3_ENDPOINT,
            Type.STRING,
            "",
            Importance.MEDIUM,
            "URL of the S3 server for s3: URIs; empty is Amazon's, or files with s3.root.")
        .define(
            S3_REGION,
            Type.STRING,
            "us-east-1",
            Importance.MEDIUM,
            "Region that requests to S3 are signed for.")
        .define(
            S3_ACCESS_KEY,
            Type.STRING,
            "",
            Importance.MEDIUM,
            "Access key for S3; empty looks where the AWS SDK does: environment, profile, role.")
        .define(
            S3_SECRET_KEY,
            Type.PASSWORD,
            "",
            Importance.MEDIUM,
            "The secret that belongs to s3.access.key.")
        .define(
            S3_PATH_STYLE,
            Type.BOOLEAN,
            true,
            Importance.LOW,
            "Whether buckets are in the path of S3 requests and not in the host name, as most"
                + " servers but Amazon's want it. Without s3.endpoint it is never so.")
        .define(
            S3_ROOT,
            Type.STRING,
            "",
            Importance.MEDIUM,
            "Directory that stands for S3 while s3.endpoint is empty: s3://bucket/key is the file"
                + " bucket/key in it.");
  }

  /**
   * @throws ConfigException when only one of the keys is given
   */
  public static ObjectStores.S3Settings settings(ServiceConfig config) {
    String endpoint = text(config, S3_ENDPOINT);
    String accessKey = text(config, S3_ACCESS_KEY);
    Password password = config.getPassword(S3_SECRET_KEY);
    String secretKey = password.value().isEmpty() ? null : password.value();
    if ((accessKey == null) != (secretKey == null)) {
      throw new ConfigException(S3_ACCESS_KEY + " and " + S3_SECRET_KEY + " belong together");
    }
    String root = text(config, S3_ROOT);
    return new ObjectStores.S3Settings(
        endpoint,
        config.getString(S3_REGION),
        accessKey,
        secretKey,
        endpoint != null && config.getBoolean(S3_PATH_STYLE),
        root == null ? null : Path.of(root));
  }

  private static String text(ServiceConfig config, String key) {
    String value = config.getString(key);
    return value.isEmpty() ? null : value;
  }
}
