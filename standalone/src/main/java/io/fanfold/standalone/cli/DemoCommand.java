package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.standalone.DataDirectory;
import io.fanfold.standalone.PipelineOptions;
import io.fanfold.standalone.PipelineProcess;
import io.fanfold.standalone.StartException;
import io.fanfold.standalone.demo.ReceivedWebhook;
import io.fanfold.standalone.demo.WebhookReceiver;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Show all of it: start a pipeline, submit the sample pictures, follow the job, print what"
            + " was found, verify the webhooks, and leave nothing behind.")
final class DemoCommand implements Callable<Integer> {
  private static final List<String> FEATURES =
      List.of(
          "TextDetection",
          "ObjectDetection",
          "PeopleDetection",
          "FaceDetection",
          "ModerationLabels");

  /** Broken on purpose: these must fail, each alone. */
  private static final Set<String> BROKEN =
      Set.of("empty.jpg", "text-renamed.jpg", "truncated.jpg");

  private static final Set<String> PICTURES = Set.of("jpg", "jpeg", "png", "gif", "bmp");
  private static final Duration LAST_WEBHOOK = Duration.ofSeconds(15);
  private static final int PAGE = 100;

  private final Terminal terminal;

  @Option(
      names = "--samples",
      paramLabel = "DIR",
      description = "Pictures to submit (default: the samples that come with Fanfold).")
  private Path samples;

  @Option(names = "--json", description = "Print one line of JSON with everything, at the end.")
  private boolean json;

  DemoCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    long start = System.nanoTime();
    Path directory = samplesDirectory();
    List<Path> pictures = pictures(directory);
    say("Starting Kafka, the schema registry and all services in this process ...");
    try (var receiver = new WebhookReceiver();
        var pipeline =
            PipelineProcess.start(
                DataDirectory.ephemeral(),
                PipelineOptions.onFreePorts(List.of(directory)).withOverrides(webhooksTo(receiver)),
                Optional.empty(),
                terminal.environment())) {
      say("Ready at " + pipeline.addresses().http() + seconds(" after %.1f s.", start));
      var client = new FanfoldClient(URI.create(pipeline.addresses().http()), Optional.empty());

      JsonNode accepted = client.submit(submission(pictures, receiver));
      long id = accepted.path("id").asLong();
      say("Job %d: %d pictures, %s".formatted(id, pictures.size(), String.join(", ", FEATURES)));
      JsonNode job = new JobWatch(client, new Progress(terminal)).toEnd(id);
      List<JsonNode> items = items(client, id);
      boolean told = receiver.awaitLast(LAST_WEBHOOK);

      var result = new Result(job, items, receiver.received(), told, expectedFailures(pictures));
      if (json) {
        terminal.json(result.toJson(start));
      } else {
        print(result, directory, start);
      }
      return result.problems().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }
  }

  private void print(Result result, Path directory, long start) {
    terminal.line("");
    terminal.line("What was found");
    var text = new ItemText(directory);
    result.items().forEach(item -> text.block(item).forEach(terminal::line));

    terminal.line("");
    terminal.line("The job, as GET /v1/jobs/" + result.job().path("id").asText() + " answers it");
    JobText.details(result.job()).forEach(line -> terminal.line("  " + line));

    terminal.line("");
    terminal.line("Webhooks, checked with the Standard Webhooks library");
    for (ReceivedWebhook webhook : result.webhooks()) {
      terminal.line(
          "  %-14s  %s  %s"
              .formatted(
                  webhook.type(),
                  webhook.verified() ? "verified" : "NOT VERIFIED: " + webhook.problem(),
                  webhook.id()));
    }

    terminal.line("");
    for (String problem : result.problems()) {
      terminal.line("Not as expected: " + problem);
    }
    JsonNode counts = result.job().path("counts");
    terminal.line(
        "%s: %s items, %s succeeded, %s failed, %d webhooks verified%s"
            .formatted(
                JobText.statusAndOutcome(result.job()),
                counts.path("total").asText(),
                counts.path("succeeded").asText(),
                counts.path("failed").asText(),
                result.webhooks().stream().filter(ReceivedWebhook::verified).count(),
                seconds(", in %.1f s", start)));
    terminal.note("Keep a pipeline running: fanfold up");
  }

  /** Remarks on the way, which nobody wants to read with the JSON. */
  private void say(String remark) {
    if (!json) {
      terminal.note(remark);
    }
  }

  private static String seconds(String format, long start) {
    return String.format(Locale.ROOT, format, (System.nanoTime() - start) / 1e9);
  }

  private Path samplesDirectory() throws StartException {
    if (samples != null) {
      return terminal.directory().resolve(samples).normalize();
    }
    String home = System.getProperty("fanfold.home");
    if (home == null) {
      throw new StartException("the samples are found by ./fanfold; else name --samples DIR");
    }
    return Path.of(home, "samples");
  }

  private static List<Path> pictures(Path directory) throws StartException {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> pictures = files.filter(DemoCommand::isPicture).sorted().toList();
      if (pictures.isEmpty()) {
        throw new StartException("no pictures in " + directory);
      }
      return pictures;
    } catch (IOException e) {
      throw new StartException("cannot list the pictures in " + directory, e);
    }
  }

  private static boolean isPicture(Path file) {
    String name = file.getFileName().toString();
    return PICTURES.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
  }

  private static Set<String> expectedFailures(List<Path> pictures) {
    var names = new TreeSet<String>();
    pictures.forEach(picture -> names.add(picture.getFileName().toString()));
    names.retainAll(BROKEN);
    return names;
  }

  /** The demo's receiver is where a real one must not be: plain http, on this machine. */
  private static Map<String, String> webhooksTo(WebhookReceiver receiver) {
    return Map.of(
        "webhook.allow.http", "true",
        "webhook.ports", Integer.toString(receiver.port()),
        "webhook.allowed.cidrs", "127.0.0.0/8");
  }

  private static ObjectNode submission(List<Path> pictures, WebhookReceiver receiver) {
    ObjectNode job = new ObjectMapper().createObjectNode();
    job.put("name", "demo");
    // Several batches, so that there is something to fan out.
    job.put("batchSize", 3);
    var items = job.putArray("items");
    pictures.forEach(picture -> items.addObject().put("uri", picture.toUri().toString()));
    var features = job.putArray("features");
    FEATURES.forEach(feature -> features.addObject().put("name", feature));
    job.putObject("webhook").put("url", receiver.url()).put("secret", receiver.secret());
    return job;
  }

  private static List<JsonNode> items(FanfoldClient client, long id)
      throws UnreachableException, RefusedException, InterruptedException {
    var items = new ArrayList<JsonNode>();
    JsonNode page;
    do {
      page = client.items(id, "?limit=%d&offset=%d".formatted(PAGE, items.size()));
      page.path("items").forEach(items::add);
    } while (!page.path("items").isEmpty() && items.size() < page.path("total").asInt());
    return items;
  }

  /**
   * What the demo saw.
   *
   * @param told whether the last webhook arrived in time
   * @param expectedFailures names of the files that must fail
   */
  private record Result(
      JsonNode job,
      List<JsonNode> items,
      List<ReceivedWebhook> webhooks,
      boolean told,
      Set<String> expectedFailures) {

    List<String> problems() {
      var problems = new ArrayList<String>();
      if (!JobText.isCompleted(job)) {
        problems.add("the job is " + job.path("status").asText());
      }
      var failed = new TreeSet<String>();
      for (JsonNode item : items) {
        if (item.path("outcome").asText().equals("FAILED")) {
          String uri = item.path("uri").asText();
          failed.add(uri.substring(uri.lastIndexOf('/') + 1));
        }
      }
      if (!failed.equals(expectedFailures)) {
        problems.add("failed items are %s instead of %s".formatted(failed, expectedFailures));
      }
      if (items.size() != job.path("counts").path("total").asInt()) {
        problems.add(
            "%d items for a job of %s"
                .formatted(items.size(), job.path("counts").path("total").asText()));
      }
      if (!told) {
        problems.add("no webhook said that the job is over");
      }
      for (ReceivedWebhook webhook : webhooks) {
        if (!webhook.verified()) {
          problems.add("webhook " + webhook.id() + " could not be verified");
        }
      }
      return problems;
    }

    ObjectNode toJson(long start) {
      var mapper = new ObjectMapper();
      ObjectNode result = mapper.createObjectNode();
      result.set("job", job);
      result.set("items", mapper.valueToTree(items));
      var received = result.putArray("webhooks");
      for (ReceivedWebhook webhook : webhooks) {
        received
            .addObject()
            .put("id", webhook.id())
            .put("verified", webhook.verified())
            .set("body", webhook.body());
      }
      result.set("problems", mapper.valueToTree(problems()));
      return result.put("durationMs", (System.nanoTime() - start) / 1_000_000);
    }
  }
}
