package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "artifacts",
    mixinStandardHelpOptions = true,
    description = "List the files a job has made, or fetch one.")
final class ArtifactsCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Spec private CommandSpec spec;
  @Mixin private ServerOptions server;

  @Parameters(index = "0", paramLabel = "ID", description = "The job's id.")
  private long id;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "NAME",
      description = "The file to fetch, as in results.jsonl.")
  private String name;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where to write it (default: standard output).")
  private Path output;

  ArtifactsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    FanfoldClient client = server.client(terminal);
    if (name != null) {
      return fetch(client);
    }
    if (output != null) {
      throw new ParameterException(spec.commandLine(), "--output is of no use without a NAME");
    }
    JsonNode answer = client.artifacts(id);
    if (server.json()) {
      terminal.json(answer);
      return ExitCode.OK;
    }
    JsonNode artifacts = answer.path("artifacts");
    if (artifacts.isEmpty()) {
      terminal.note("no artifacts");
    }
    artifacts.forEach(artifact -> terminal.line(line(artifact)));
    return ExitCode.OK;
  }

  private int fetch(FanfoldClient client) throws Exception {
    if (output == null) {
      client.artifact(id, name, terminal.out());
      terminal.out().flush();
      return ExitCode.OK;
    }
    Path file = terminal.directory().resolve(output).normalize();
    if (Files.isDirectory(file) || !Files.isDirectory(file.getParent())) {
      throw new ParameterException(spec.commandLine(), "--output: no place for a file: " + output);
    }
    try {
      // Half a file must not look like a whole one.
      Path draft = Files.createTempFile(file.getParent(), ".fanfold-", ".part");
      try {
        try (OutputStream out = Files.newOutputStream(draft)) {
          client.artifact(id, name, out);
        }
        Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(draft);
      }
      terminal.note("%d bytes in %s".formatted(Files.size(file), output));
      return ExitCode.OK;
    } catch (IOException e) {
      terminal.error("cannot write " + output + ": " + e.getMessage());
      return ExitCode.FAILED;
    }
  }

  /** What the server knows of it: the state of one that is written somewhere, its length. */
  private static String line(JsonNode artifact) {
    var line = new StringBuilder("%-24s".formatted(artifact.path("name").asText()));
    for (String field : new String[] {"mediaType", "state", "bytes", "uri"}) {
      if (artifact.hasNonNull(field)) {
        line.append("  ").append(artifact.path(field).asText());
      }
    }
    return line.toString().stripTrailing();
  }
}
