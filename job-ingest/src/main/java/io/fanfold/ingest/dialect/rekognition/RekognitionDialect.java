package io.fanfold.ingest.dialect.rekognition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.ingest.dialect.Dialect;
import io.fanfold.ingest.dialect.DialectParts;
import io.fanfold.ingest.dialect.Route;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.JobFiles;
import io.fanfold.kit.Json;
import io.fanfold.kit.KafkaClients;
import io.fanfold.kit.LoopThread;
import io.fanfold.kit.Problem;
import io.fanfold.kit.TopicFollower;
import io.fanfold.schemas.Topics;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;

/** Amazon Rekognition media analysis jobs: AWS JSON 1.1, signed with Signature Version 4. */
public final class RekognitionDialect implements Dialect {

  public static final String NAME = JobFiles.REKOGNITION;
  public static final String KEYS = "rekognition.keys";

  static final String MEDIA_TYPE = "application/x-amz-json-1.1";

  private static final String TARGET_PREFIX = "RekognitionService.";
  private static final String LOOP = "job-ingest-rekognition-files";
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  private final Authentication authentication;
  private final Operations operations;
  private final Clock clock;

  /** Reads the configuration; nothing is called yet. */
  public RekognitionDialect(DialectParts parts) {
    var files = new WrittenFiles();
    var follower =
        TopicFollower.fromStart(
            Topics.ARTIFACTS, KafkaClients.reader(parts.config(), LOOP), parts.codec(), files);
    parts.service().add(new LoopThread(LOOP, follower, parts.service()::fail));
    this.clock = parts.clock();
    this.authentication =
        new Authentication(
            parts.open(), AccessKeys.parse(KEYS, parts.config().getPassword(KEYS)), clock);
    this.operations = new Operations(parts.jobs(), files, follower::isReady);
  }

  RekognitionDialect(Authentication authentication, Operations operations, Clock clock) {
    this.authentication = authentication;
    this.operations = operations;
    this.clock = clock;
  }

  /** Its configuration keys. */
  public static ConfigDef define(ConfigDef definition) {
    return definition.define(
        KEYS,
        Type.PASSWORD,
        "",
        Importance.MEDIUM,
        "Access keys of the Rekognition dialect as PROJECT:ACCESSKEYID:SECRET, comma-separated."
            + " Requests are signed with them (Signature Version 4).");
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Route> routes() {
    return List.of(Route.post("/", this::answer));
  }

  @Override
  public void refuse(Context context, Problem problem) {
    AwsError error = AwsError.of(problem);
    answer(context, error.status(), error.json());
  }

  private void answer(Context context) {
    byte[] bytes = context.bodyAsBytes();
    var request =
        new SigV4.Request(
            context.method().name(),
            context.queryString(),
            name -> Collections.list(context.req().getHeaders(name)),
            bytes);
    String project = project(context, authentication.project(request));
    String target = Optional.ofNullable(context.header("X-Amz-Target")).orElse("");
    ObjectNode answer =
        switch (target) {
          case TARGET_PREFIX + "StartMediaAnalysisJob" -> operations.start(body(bytes), project);
          case TARGET_PREFIX + "GetMediaAnalysisJob" -> operations.get(body(bytes), project);
          case TARGET_PREFIX + "ListMediaAnalysisJobs" -> operations.list(body(bytes), project);
          default ->
              throw AwsError.refusal(
                  AwsError.UNKNOWN_OPERATION,
                  "X-Amz-Target must name a media analysis operation of RekognitionService");
        };
    answer(context, 200, answer);
  }

  /** That of the key; who names another by the header that all of the API has gets no other. */
  private static String project(Context context, Optional<String> ofKey) {
    if (ofKey.isEmpty()) {
      return HttpApi.project(context);
    }
    boolean named = context.header(HttpApi.PROJECT_HEADER) != null;
    if (named && !HttpApi.project(context).equals(ofKey.get())) {
      throw AwsError.refusal(
          AwsError.ACCESS_DENIED, "The access key is not one of the project that is named.");
    }
    return ofKey.get();
  }

  private static JsonNode body(byte[] bytes) {
    return Json.parse(bytes);
  }

  private void answer(Context context, int status, ObjectNode body) {
    context.header("x-amzn-requestid", String.valueOf(context.res().getHeader("X-Request-ID")));
    // By which the SDKs find out that their clock is wrong.
    context.header("Date", HTTP_DATE.format(clock.instant()));
    context.status(status).contentType(MEDIA_TYPE).result(Json.bytes(body));
  }
}
