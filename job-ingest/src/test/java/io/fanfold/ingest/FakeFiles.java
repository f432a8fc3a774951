package io.fanfold.ingest;

import io.fanfold.ingest.files.FileRegistry;
import io.fanfold.schemas.RegisteredFile;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Files that a test has added, by id alone. */
final class FakeFiles implements FileRegistry {

  private final Map<String, RegisteredFile> files = new HashMap<>();

  void add(String project, long id) {
    files.put(
        project + "/" + id,
        RegisteredFile.newBuilder()
            .setProject(project)
            .setId(id)
            .setUri("http://a.example/" + id + ".jpg")
            .setRegisteredAt(Instant.EPOCH)
            .build());
  }

  @Override
  public Optional<RegisteredFile> byId(String project, long id) {
    return Optional.ofNullable(files.get(project + "/" + id));
  }

  @Override
  public Optional<RegisteredFile> byExternalId(String project, String externalId) {
    return Optional.empty();
  }

  @Override
  public Optional<RegisteredFile> byInstance(String project, String space, String externalId) {
    return Optional.empty();
  }
}
