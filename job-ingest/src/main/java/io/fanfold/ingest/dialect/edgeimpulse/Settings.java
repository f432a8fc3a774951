package io.fanfold.ingest.dialect.edgeimpulse;

import io.fanfold.ingest.dialect.DialectConfig;
import io.fanfold.ingest.dialect.Keys;
import io.fanfold.kit.ServiceConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.types.Password;

/**
 * What the dialect is told.
 *
 * @param keys whose credentials are whose
 * @param open whether any well-formed credential is taken
 * @param models what an impulse is
 * @param samplesUri where contents of samples are written, with a slash at its end; empty for
 *     nowhere
 * @param maxSamples the most of a project
 * @param threshold confidence below which a window is uncertain
 * @param anomalyThreshold distance above which a window is an anomaly
 * @param maxResultBytes the longest result or page
 * @param maxSockets the most that are open
 * @param socketSecret what tokens are signed with; empty for one of this process alone
 */
record Settings(
    Keys keys,
    boolean open,
    Models models,
    String samplesUri,
    int maxSamples,
    double threshold,
    double anomalyThreshold,
    int maxResultBytes,
    int maxSockets,
    Password socketSecret) {

  private static final String KEYS = "edgeimpulse.keys";
  private static final String MODELS = "edgeimpulse.models";
  static final String SAMPLES_URI = "edgeimpulse.samples.uri";
  private static final String MAX_SAMPLES = "edgeimpulse.samples.max";
  private static final String THRESHOLD = "edgeimpulse.threshold";
  private static final String ANOMALY_THRESHOLD = "edgeimpulse.anomaly.threshold";
  private static final String MAX_RESULT_BYTES = "edgeimpulse.result.max.bytes";
  private static final String MAX_SOCKETS = "edgeimpulse.sockets.max";
  private static final String SOCKET_SECRET = "edgeimpulse.socket.secret";

  static ConfigDef define(ConfigDef definition) {
    return definition
        .define(
            KEYS,
            Type.PASSWORD,
            "",
            Importance.HIGH,
            "API keys and tokens of the Edge Impulse dialect as PROJECT:KEY, comma-separated; a"
                + " project is a number, and a key for x-api-key begins with ei_.")
        .define(
            MODELS,
            Type.LIST,
            "",
            Importance.HIGH,
            "Trained models of the Edge Impulse dialect as PROJECT/IMPULSE=URI, comma-separated,"
                + " where * stands for any project or impulse. Workers must be able to read them.")
        .define(
            SAMPLES_URI,
            Type.STRING,
            "",
            Importance.MEDIUM,
            "Where uploaded samples of the Edge Impulse dialect are written: an existing directory"
                + " as a file: URI, or s3://BUCKET/PREFIX. Workers must be able to read it. Empty"
                + " keeps samples of at most 40 KiB in the topic and refuses longer ones.")
        .define(
            MAX_SAMPLES,
            Type.INT,
            10_000,
            Range.between(1, 1_000_000),
            Importance.MEDIUM,
            "Most samples a project of the Edge Impulse dialect may have. What is known of each is"
                + " in memory.")
        .define(
            THRESHOLD,
            Type.DOUBLE,
            0.6,
            Range.between(0, 1),
            Importance.LOW,
            "Confidence, 0 to 1, below which the Edge Impulse dialect calls a window uncertain.")
        .define(
            ANOMALY_THRESHOLD,
            Type.DOUBLE,
            0.3,
            Importance.LOW,
            "Anomaly score above which the Edge Impulse dialect calls a window an anomaly.")
        .define(
            MAX_RESULT_BYTES,
            Type.INT,
            32 * 1024 * 1024,
            Range.between(1024, 1024 * 1024 * 1024),
            Importance.LOW,
            "Longest classify result, or page of one, of the Edge Impulse dialect, in bytes; it is"
                + " put together in memory.")
        .define(
            MAX_SOCKETS,
            Type.INT,
            256,
            Range.between(0, 100_000),
            Importance.LOW,
            "Most websockets of the Edge Impulse dialect that may be open at once.")
        .define(
            SOCKET_SECRET,
            Type.PASSWORD,
            "",
            Importance.MEDIUM,
            "What the Edge Impulse dialect's websocket tokens are signed with, the same for all"
                + " instances. Empty makes one at each start, which does for a single instance.");
  }

  static Settings of(ServiceConfig config) {
    String uri = config.getString(SAMPLES_URI);
    return new Settings(
        Keys.parse(KEYS, config.getPassword(KEYS)),
        config.getBoolean(DialectConfig.OPEN),
        Models.parse(MODELS, config.getList(MODELS)),
        uri.isEmpty() || uri.endsWith("/") ? uri : uri + "/",
        config.getInt(MAX_SAMPLES),
        config.getDouble(THRESHOLD),
        config.getDouble(ANOMALY_THRESHOLD),
        config.getInt(MAX_RESULT_BYTES),
        config.getInt(MAX_SOCKETS),
        config.getPassword(SOCKET_SECRET));
  }
}
