package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
    name = "files",
    mixinStandardHelpOptions = true,
    description = "Files that jobs can name by an id.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {FilesCommand.Add.class, FilesCommand.Show.class, FilesCommand.Delete.class})
final class FilesCommand implements Runnable {

  private static final int MAX_FILES = 1_000;

  @Spec private CommandSpec spec;

  /** Called by picocli. */
  FilesCommand() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is needed");
  }

  private static String row(JsonNode file) {
    return "%16d  %-24s  %s"
        .formatted(
            file.path("id").longValue(),
            file.path("externalId").asText("-"),
            file.path("uri").asText());
  }

  @Command(
      name = "add",
      mixinStandardHelpOptions = true,
      description = "Register files; one with an external id that is known takes its file's place.")
  static final class Add implements Callable<Integer> {

    private final Terminal terminal;

    @Spec private CommandSpec spec;

    @Mixin private ServerOptions server;

    @Parameters(
        arity = "1..*",
        paramLabel = "PATH_OR_URI",
        description = "Files, directories, or file:, http:, https: and s3: URIs.")
    private List<String> inputs;

    @Option(
        names = "--external-id",
        paramLabel = "ID",
        description = "Your own id of a file; repeat it for several, in their order.")
    private List<String> externalIds = List.of();

    Add(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
      List<String> uris = new Inputs(terminal.directory(), false).uris(inputs);
      if (!externalIds.isEmpty() && externalIds.size() != uris.size()) {
        throw new ParameterException(
            spec.commandLine(),
            "%d files, but %d external ids".formatted(uris.size(), externalIds.size()));
      }
      RegistryClient client = server.registry(terminal);
      for (int from = 0; from < uris.size(); from += MAX_FILES) {
        JsonNode answer =
            client.addFiles(request(uris, from, Math.min(uris.size(), from + MAX_FILES)));
        if (server.json()) {
          terminal.json(answer);
        } else {
          answer.path("files").forEach(file -> terminal.line(row(file)));
        }
      }
      return ExitCode.OK;
    }

    private ObjectNode request(List<String> uris, int from, int to) {
      ObjectNode request = JsonNodeFactory.instance.objectNode();
      var files = request.putArray("files");
      for (int i = from; i < to; i++) {
        String uri = uris.get(i);
        ObjectNode file = files.addObject().put("uri", uri);
        String name = uri.substring(uri.lastIndexOf('/') + 1);
        if (!name.isEmpty() && name.length() <= 256) {
          file.put("name", name);
        }
        if (!externalIds.isEmpty()) {
          file.put("externalId", externalIds.get(i));
        }
      }
      return request;
    }
  }

  @Command(name = "list", mixinStandardHelpOptions = true, description = "List the files, by id.")
  static final class Show implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin private ServerOptions server;

    @Option(
        names = "--external-id",
        paramLabel = "ID",
        description = "Only the file that this stands for.")
    private String externalId;

    @Option(names = "--limit", paramLabel = "N", description = "The most files to list.")
    private Integer limit;

    @Option(names = "--cursor", paramLabel = "CURSOR", description = "Where to go on.")
    private String cursor;

    Show(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
      ListQuery query =
          new ListQuery()
              .add("--external-id", "externalId", externalId)
              .add("--limit", "limit", limit)
              .add("--cursor", "cursor", cursor);
      String asked = query.isEmpty() ? "" : "?" + query.parameters().substring(1);
      JsonNode answer = server.registry(terminal).files(asked);
      if (server.json()) {
        terminal.json(answer);
        return ExitCode.OK;
      }
      if (answer.path("files").isEmpty()) {
        terminal.note("no files");
      }
      answer.path("files").forEach(file -> terminal.line(row(file)));
      if (answer.path("hasMore").booleanValue()) {
        terminal.note("more: fanfold files list --cursor " + answer.path("nextCursor").asText());
      }
      return ExitCode.OK;
    }
  }

  @Command(
      name = "delete",
      mixinStandardHelpOptions = true,
      description = "Forget a file; its content stays where it is.")
  static final class Delete implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin private ServerOptions server;

    @Parameters(paramLabel = "ID", description = "The file's id.")
    private long id;

    Delete(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
      JsonNode answer = server.registry(terminal).deleteFile(id);
      if (server.json()) {
        terminal.json(answer);
      } else {
        terminal.line("file " + id + " is forgotten");
      }
      return ExitCode.OK;
    }
  }
}
