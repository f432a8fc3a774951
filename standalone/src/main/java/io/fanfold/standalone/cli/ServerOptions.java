package io.fanfold.standalone.cli;

import io.fanfold.standalone.DataDirectory;
import io.fanfold.standalone.RunningInstance;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which server a command talks to, and how it answers. */
final class ServerOptions {
  private static final String DEFAULT_URL = "http://127.0.0.1:8080";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "Server to talk to. Without it: $FANFOLD_URL, the pipeline running in the data"
              + " directory, or "
              + DEFAULT_URL
              + ".")
  private String url;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Data directory to look for a running pipeline in.")
  private Path dataDirectory;

  @Option(names = "--project", paramLabel = "NAME", description = "Project the jobs belong to.")
  private String project;

  @Option(names = "--json", description = "Answer as one line of JSON, as the server sent it.")
  private boolean json;

  boolean json() {
    return json;
  }

  FanfoldClient client(Terminal terminal) {
    return new FanfoldClient(connection(terminal));
  }

  WebhooksClient webhooks(Terminal terminal) {
    return new WebhooksClient(connection(terminal));
  }

  RegistryClient registry(Terminal terminal) {
    return new RegistryClient(connection(terminal));
  }

  private ServerConnection connection(Terminal terminal) {
    return new ServerConnection(server(terminal), Optional.ofNullable(project));
  }

  private URI server(Terminal terminal) {
    if (url != null) {
      return httpUri(url);
    }
    String fromEnvironment = terminal.environment().getOrDefault("FANFOLD_URL", "");
    if (!fromEnvironment.isBlank()) {
      return httpUri(fromEnvironment);
    }
    Path path =
        dataDirectory == null ? DataDirectory.defaultPath(terminal.environment()) : dataDirectory;
    return httpUri(
        DataDirectory.running(path)
            .flatMap(RunningInstance::addresses)
            .map(RunningInstance.Addresses::http)
            .orElse(DEFAULT_URL));
  }

  private URI httpUri(String text) {
    try {
      var uri = new URI(text.strip().replaceAll("/+$", ""));
      if (uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw new ParameterException(
          spec.commandLine(), "not a server URL: " + text + " (" + e.getReason() + ")", e);
    }
    throw new ParameterException(
        spec.commandLine(), "not a server URL: " + text + " (as in " + DEFAULT_URL + ")");
  }
}
