package io.fanfold.ingest.dialect.cognite;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.ingest.files.FileRegistry;
import io.fanfold.kit.Json;
import io.fanfold.kit.JsonFields;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.schemas.RegisteredFile;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** How a request names a file. */
sealed interface FileReference {

  record Id(long id) implements FileReference {}

  record ExternalId(String externalId) implements FileReference {}

  record Instance(String space, String externalId) implements FileReference {}

  /**
   * An item of a request.
   *
   * @return null when something is wrong, which is then in the errors
   */
  static FileReference read(JsonFields fields, String at, List<FieldError> errors) {
    Long id = fields.integer("fileId");
    String externalId = fields.string("fileExternalId");
    JsonFields instance = fields.object("fileInstanceId");
    fields.done();
    if (Stream.of(id, externalId, instance).filter(Objects::nonNull).count() != 1) {
      errors.add(new FieldError(at, "must have one of fileId, fileExternalId and fileInstanceId"));
      return null;
    }
    if (id != null) {
      return new Id(id);
    }
    return externalId != null ? new ExternalId(externalId) : instance(instance, at, errors);
  }

  private static FileReference instance(JsonFields fields, String at, List<FieldError> errors) {
    String space = fields.string("space");
    String externalId = fields.string("externalId");
    fields.done();
    if (space == null || externalId == null) {
      errors.add(new FieldError(at + ".fileInstanceId", "must have space and externalId"));
      return null;
    }
    return new Instance(space, externalId);
  }

  default Optional<RegisteredFile> find(FileRegistry files, String project) {
    if (this instanceof Id byId) {
      return files.byId(project, byId.id());
    }
    if (this instanceof ExternalId name) {
      return files.byExternalId(project, name.externalId());
    }
    Instance instance = (Instance) this;
    return files.byInstance(project, instance.space(), instance.externalId());
  }

  /** As an error names it. */
  default ObjectNode missing() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    if (this instanceof Id byId) {
      return json.put("id", byId.id());
    }
    if (this instanceof ExternalId name) {
      return json.put("externalId", name.externalId());
    }
    Instance instance = (Instance) this;
    json.putObject("instanceId")
        .put("space", instance.space())
        .put("externalId", instance.externalId());
    return json;
  }
}
