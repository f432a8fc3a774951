package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "features",
    mixinStandardHelpOptions = true,
    description = "List what can be computed, and its parameters.")
final class FeaturesCommand implements Callable<Integer> {

  private final Terminal terminal;

  @Mixin private ServerOptions server;

  FeaturesCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    JsonNode answer = server.client(terminal).features();
    if (server.json()) {
      terminal.json(answer);
      return ExitCode.OK;
    }
    if (answer.path("features").isEmpty()) {
      terminal.note("no features; is a batch worker running?");
    }
    for (JsonNode feature : answer.path("features")) {
      terminal.line(
          "%s  %s (%s %s)"
              .formatted(
                  feature.path("name").asText(),
                  feature.path("description").asText(),
                  feature.path("model").asText(),
                  feature.path("modelVersion").asText()));
      feature.path("parameters").forEach(parameter -> terminal.line("    " + line(parameter)));
    }
    return ExitCode.OK;
  }

  private static String line(JsonNode parameter) {
    var facts = new ArrayList<String>();
    facts.add(parameter.path("type").asText().toLowerCase(Locale.ROOT));
    String range =
        (bound("from ", parameter, "minimum") + bound(" to ", parameter, "maximum")).strip();
    if (!range.isEmpty()) {
      facts.add(range);
    }
    if (parameter.path("required").asBoolean()) {
      facts.add("required");
    } else if (parameter.hasNonNull("defaultValue")) {
      facts.add("default " + parameter.path("defaultValue").asText());
    }
    return "%s: %s (%s)"
        .formatted(
            parameter.path("name").asText(),
            parameter.path("description").asText(),
            String.join(", ", facts));
  }

  private static String bound(String word, JsonNode parameter, String field) {
    return parameter.hasNonNull(field)
        ? word + parameter.path(field).decimalValue().stripTrailingZeros().toPlainString()
        : "";
  }
}
