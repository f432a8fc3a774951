package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    description =
        "Submit a job: files, the files of directories, and URLs, or whatever a manifest lists.")
final class SubmitCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Spec private CommandSpec spec;
  @Mixin private ServerOptions server;

  @Parameters(
      arity = "0..*",
      paramLabel = "PATH|URL",
      description = "Files, directories or URLs, one item each; directories stand for their files.")
  private List<String> inputs = new ArrayList<>();

  @Option(
      names = {"-m", "--manifest"},
      paramLabel = "PATH|URI",
      description =
          "A file that lists the items, one a line, instead of naming them here; the server reads"
              + " it (file:, http:, https: or s3:).")
  private String manifest;

  @Option(
      names = "--manifest-format",
      paramLabel = "FORMAT",
      description = "How its lines are read: ${COMPLETION-CANDIDATES} (default: AUTO).")
  private ManifestFormat manifestFormat;

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

  @Mixin private JobOptions options;

  @Option(
      names = "--idempotency-key",
      paramLabel = "KEY",
      description = "Makes submitting again harmless: the same key and the same job are one job.")
  private String idempotencyKey;

  @Option(
      names = {"-w", "--watch"},
      description = "Follow the job to its end.")
  private boolean watch;

  SubmitCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    ObjectNode job = new ObjectMapper().createObjectNode();
    String what = addItems(job);
    FanfoldClient client = server.client(terminal);
    job.set("features", featureArguments(client).toJson());
    options.addTo(job, terminal);
    FanfoldClient.Submitted submitted = client.submit(job, Optional.ofNullable(idempotencyKey));
    JsonNode accepted = submitted.job();
    if (watch) {
      return JobCommand.watch(terminal, client, accepted.path("id").asLong(), server.json());
    }
    String id = accepted.path("id").asText();
    if (server.json()) {
      terminal.json(accepted);
    } else {
      terminal.line(
          submitted.replayed()
              ? "job %s was accepted before under this key".formatted(id)
              : "job %s accepted, %s".formatted(id, what));
      terminal.note("Follow it: fanfold job " + id + " --watch");
    }
    return ExitCode.OK;
  }

  /** Returns in words what they are. */
  private String addItems(ObjectNode job) throws Inputs.InputException {
    if (inputs.isEmpty() == (manifest == null)) {
      throw new ParameterException(
          spec.commandLine(), "either a --manifest is needed or what it would list, and not both");
    }
    var reader = new Inputs(terminal.directory(), recursive);
    if (manifest == null) {
      if (manifestFormat != null) {
        throw new ParameterException(
            spec.commandLine(), "--manifest-format is of no use without --manifest");
      }
      List<String> uris = reader.uris(inputs);
      var items = job.putArray("items");
      uris.forEach(uri -> items.addObject().put("uri", uri));
      return uris.size() + " items";
    }
    ObjectNode named = job.putObject("manifest").put("uri", reader.file(manifest));
    if (manifestFormat != null) {
      named.put("format", manifestFormat.name());
    }
    return "items as in " + named.path("uri").asText();
  }

  private FeatureArguments featureArguments(FanfoldClient client)
      throws UnreachableException, RefusedException, InterruptedException {
    var arguments = new FeatureArguments(features);
    JsonNode offers = parameters.isEmpty() ? MissingNode.getInstance() : client.features();
    try {
      for (String parameter : parameters) {
        arguments.parameter(parameter, offers);
      }
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    return arguments;
  }

  /** As the server calls them. */
  private enum ManifestFormat {
    AUTO,
    JSON_LINES,
    LIST
  }
}
