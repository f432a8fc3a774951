package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "submit",
    mixinStandardHelpOptions = true,
    description = "Submit a job: files, the files of directories, and URLs.")
final class SubmitCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Spec private CommandSpec spec;
  @Mixin private ServerOptions server;

  @Parameters(
      arity = "1..*",
      paramLabel = "PATH|URL",
      description = "Files, directories or URLs, one item each; directories stand for their files.")
  private List<String> inputs = new ArrayList<>();

  @Option(
      names = {"-f", "--features"},
      required = true,
      split = ",",
      paramLabel = "FEATURE",
      description = "What to compute, comma-separated; 'fanfold features' lists what there is.")
  private List<String> features = new ArrayList<>();

  @Option(
      names = "--param",
      paramLabel = "FEATURE.NAME=VALUE",
      description = "A parameter of a feature; may be repeated.")
  private List<String> parameters = new ArrayList<>();

  @Option(
      names = {"-r", "--recursive"},
      description = "Include the files of directories below, too.")
  private boolean recursive;

  @Option(names = "--name", paramLabel = "NAME", description = "Name of the job, for people.")
  private String name;

  @Option(names = "--custom-id", paramLabel = "ID", description = "Your own id of the job.")
  private String customId;

  @Option(names = "--tag", paramLabel = "TAG", description = "Tag to find the job by.")
  private String tag;

  @Option(names = "--batch-size", paramLabel = "N", description = "Items per batch.")
  private Integer batchSize;

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

  @Option(
      names = {"-w", "--watch"},
      description = "Follow the job to its end.")
  private boolean watch;

  SubmitCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    List<String> uris = new Inputs(terminal.directory(), recursive).uris(inputs);
    FanfoldClient client = server.client(terminal);
    ObjectNode job = job(uris, parameters.isEmpty() ? null : client.features());
    JsonNode accepted = client.submit(job);
    if (!watch) {
      if (server.json()) {
        terminal.json(accepted);
      } else {
        terminal.line(
            "job %s accepted, %d items".formatted(accepted.path("id").asText(), uris.size()));
        terminal.note("Follow it: fanfold job " + accepted.path("id").asText() + " --watch");
      }
      return ExitCode.OK;
    }
    return JobCommand.watch(terminal, client, accepted.path("id").asLong(), server.json());
  }

  private ObjectNode job(List<String> uris, JsonNode offers) {
    ObjectNode job = new ObjectMapper().createObjectNode();
    var items = job.putArray("items");
    uris.forEach(uri -> items.addObject().put("uri", uri));
    job.set("features", featureArguments(offers).toJson());
    putIfGiven(job, "name", name);
    putIfGiven(job, "customId", customId);
    putIfGiven(job, "tag", tag);
    if (batchSize != null) {
      job.put("batchSize", batchSize);
    }
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
    return job;
  }

  private FeatureArguments featureArguments(JsonNode offers) {
    var arguments = new FeatureArguments(features);
    try {
      for (String parameter : parameters) {
        arguments.parameter(parameter, offers == null ? MissingNode.getInstance() : offers);
      }
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    return arguments;
  }

  private static void putIfGiven(ObjectNode json, String field, String value) {
    if (value != null) {
      json.put(field, value);
    }
  }
}
