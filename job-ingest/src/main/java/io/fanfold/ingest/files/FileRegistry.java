package io.fanfold.ingest.files;

import io.fanfold.schemas.RegisteredFile;
import java.util.Optional;

/** Files by the names that others have for them. All of a project's are known to every instance. */
public interface FileRegistry {

  Optional<RegisteredFile> byId(String project, long id);

  /** Of several with this external id, the one with the greatest id. */
  Optional<RegisteredFile> byExternalId(String project, String externalId);

  /** Of several with this name in a data model, the one with the greatest id. */
  Optional<RegisteredFile> byInstance(String project, String space, String externalId);
}
