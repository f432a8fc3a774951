package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What may be said of a job beside its items and features. */
final class JobOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(names = "--name", paramLabel = "NAME", description = "Name of the job, for people.")
  private String name;

  @Option(names = "--custom-id", paramLabel = "ID", description = "Your own id of the job.")
  private String customId;

  @Option(names = "--feed-id", paramLabel = "ID", description = "Where the items come from.")
  private String feedId;

  @Option(names = "--tag", paramLabel = "TAG", description = "Tag to find the job by.")
  private String tag;

  @Option(
      names = "--metadata",
      paramLabel = "KEY=VALUE",
      description = "Anything else to find the job by; may be repeated.")
  private Map<String, String> metadata = new LinkedHashMap<>();

  @Option(names = "--batch-size", paramLabel = "N", description = "Items per batch.")
  private Integer batchSize;

  @Option(
      names = "--priority",
      paramLabel = "N",
      description = "Higher goes first among waiting jobs, -100 to 100.")
  private Integer priority;

  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      description = "When to stop working on it, " + Times.FORM + ".")
  private String deadline;

  @Option(
      names = "--ttl",
      paramLabel = "SECONDS",
      description = "Remove the job so many seconds after its end.")
  private Long ttlSeconds;

  @Option(
      names = "--output-uri",
      paramLabel = "URI",
      description = "Where to write its artifacts: s3://bucket/prefix/ or a file: directory.")
  private String outputUri;

  @Option(
      names = "--webhook-url",
      paramLabel = "URL",
      description = "Where status changes are posted.")
  private String webhookUrl;

  @Option(
      names = "--webhook-secret",
      paramLabel = "SECRET",
      description =
          "Secret that signs them (whsec_...); other users of this machine can see the command"
              + " line, $FANFOLD_WEBHOOK_SECRET they cannot.")
  private String webhookSecret;

  void addTo(ObjectNode job, Terminal terminal) {
    putIfGiven(job, "name", name);
    putIfGiven(job, "customId", customId);
    putIfGiven(job, "feedId", feedId);
    putIfGiven(job, "tag", tag);
    if (!metadata.isEmpty()) {
      metadata.forEach(job.putObject("metadata")::put);
    }
    if (batchSize != null) {
      job.put("batchSize", batchSize);
    }
    if (priority != null) {
      job.put("priority", priority);
    }
    putIfGiven(job, "deadline", Times.instant(spec, "--deadline", deadline));
    if (ttlSeconds != null) {
      job.put("ttlSeconds", ttlSeconds);
    }
    putIfGiven(job, "outputUri", outputUri);
    addWebhook(job, terminal);
  }

  private void addWebhook(ObjectNode job, Terminal terminal) {
    if (webhookUrl != null) {
      ObjectNode webhook = job.putObject("webhook").put("url", webhookUrl);
      putIfGiven(
          webhook,
          "secret",
          webhookSecret == null
              ? terminal.environment().get("FANFOLD_WEBHOOK_SECRET")
              : webhookSecret);
    } else if (webhookSecret != null) {
      throw new ParameterException(
          spec.commandLine(), "--webhook-secret is of no use without --webhook-url");
    }
  }

  private static void putIfGiven(ObjectNode json, String field, String value) {
    if (value != null) {
      json.put(field, value);
    }
  }
}
