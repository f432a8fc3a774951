package io.fanfold.standalone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "assets",
    mixinStandardHelpOptions = true,
    description = "Things whose tags AssetTagDetection finds.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = AssetsCommand.Add.class)
final class AssetsCommand implements Runnable {

  @Spec private CommandSpec spec;

  /** Called by picocli. */
  AssetsCommand() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is needed");
  }

  @Command(
      name = "add",
      mixinStandardHelpOptions = true,
      description = "Register assets; one with an id that is known takes its asset's place.")
  static final class Add implements Callable<Integer> {

    private static final int MAX_ASSETS = 1_000;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Terminal terminal;

    @Mixin private ServerOptions server;

    @Parameters(
        paramLabel = "FILE.jsonl",
        description = "An asset a line: {\"id\", \"name\", \"aliases\", \"parentId\"}.")
    private String file;

    Add(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
      List<JsonNode> assets = assets(terminal.directory().resolve(file));
      RegistryClient client = server.registry(terminal);
      for (int from = 0; from < assets.size(); from += MAX_ASSETS) {
        ObjectNode request = MAPPER.createObjectNode();
        request
            .putArray("assets")
            .addAll(assets.subList(from, Math.min(assets.size(), from + MAX_ASSETS)));
        JsonNode answer = client.addAssets(request);
        if (server.json()) {
          terminal.json(answer);
        }
      }
      if (!server.json()) {
        terminal.line(assets.size() + " assets are registered");
      }
      return ExitCode.OK;
    }

    private static List<JsonNode> assets(Path path) throws Inputs.InputException {
      var assets = new ArrayList<JsonNode>();
      int line = 0;
      try {
        for (String text : Files.readAllLines(path)) {
          line++;
          if (!text.isBlank()) {
            assets.add(MAPPER.readTree(text));
          }
        }
      } catch (JsonProcessingException e) {
        throw new Inputs.InputException(path + " has no JSON in line " + line);
      } catch (IOException e) {
        throw new Inputs.InputException("cannot read " + path + ": " + e.getMessage());
      }
      return assets;
    }
  }
}
