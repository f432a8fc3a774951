package io.fanfold.ingest.files;

import io.fanfold.kit.Check;
import io.fanfold.kit.LoopThread;
import io.fanfold.kit.RecordSender;
import io.fanfold.kit.TopicTable;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.RegisteredFile;
import io.fanfold.schemas.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All registered files, in memory, as the files topic has them. */
public final class RegisteredFiles implements FileRegistry, LoopThread.Body {

  private static final Logger log = LoggerFactory.getLogger(RegisteredFiles.class);

  private final TopicTable<RegisteredFile> table;
  private final Map<String, ProjectFiles> projects = new ConcurrentHashMap<>();

  /**
   * @param reader a read_committed consumer of its own; closed at the end of the loop
   * @param patience how long a registration is waited for
   */
  public RegisteredFiles(
      Consumer<String, byte[]> reader,
      AvroCodec codec,
      RecordSender sender,
      Clock clock,
      Duration patience) {
    this.table = new TopicTable<>(Topics.FILES, reader, codec, sender, clock, patience, this::take);
  }

  @Override
  public Optional<RegisteredFile> byId(String project, long id) {
    return project(project).get(id);
  }

  @Override
  public Optional<RegisteredFile> byExternalId(String project, String externalId) {
    return project(project).byExternalId(externalId);
  }

  @Override
  public Optional<RegisteredFile> byInstance(String project, String space, String externalId) {
    return project(project).byInstance(space, externalId);
  }

  List<RegisteredFile> after(String project, long id, int limit) {
    return project(project).after(id, limit);
  }

  /** Completes when they are found here; see {@link TopicTable#write}. */
  CompletableFuture<Void> register(List<RegisteredFile> files) {
    var changes = new LinkedHashMap<String, RegisteredFile>();
    files.forEach(file -> changes.put(key(file.getProject(), file.getId()), file));
    return table.write(changes);
  }

  /** Completes when it is not found here any more; see {@link TopicTable#write}. */
  CompletableFuture<Void> delete(String project, long id) {
    var change = new LinkedHashMap<String, RegisteredFile>();
    change.put(key(project, id), null);
    return table.write(change);
  }

  public Check check() {
    return table.check();
  }

  @Override
  public void run() {
    table.run();
  }

  @Override
  public void stop() {
    table.stop();
  }

  private ProjectFiles project(String project) {
    ProjectFiles files = projects.get(project);
    return files == null ? new ProjectFiles(project) : files;
  }

  private void take(String key, RegisteredFile file) {
    int slash = key.indexOf('/');
    OptionalLong id = JobIds.parse(key.substring(slash + 1));
    String project = slash < 0 ? "" : key.substring(0, slash);
    // Anybody may produce to the topic; what stands under another's key must not be found.
    if (id.isEmpty() || file != null && !key.equals(key(file.getProject(), file.getId()))) {
      log.warn("a registered file under a key that is not its own, {}", key);
    } else if (file == null) {
      projects.computeIfPresent(
          project,
          (name, files) -> {
            files.remove(id.getAsLong());
            return files;
          });
    } else {
      projects.computeIfAbsent(project, ProjectFiles::new).put(file);
    }
  }

  private static String key(String project, long id) {
    return project + "/" + id;
  }
}
