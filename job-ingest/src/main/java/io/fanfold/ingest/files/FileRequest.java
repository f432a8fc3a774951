package io.fanfold.ingest.files;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.kit.JsonFields;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.RegisteredFile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.UnaryOperator;

/** The body of {@code POST /v1/files}. */
final class FileRequest {

  static final int MAX_FILES = 1_000;

  // What a job's item may have as its own id.
  private static final int MAX_CHARS = 256;

  private FileRequest() {}

  /**
   * Files to be registered; those without an id have 0.
   *
   * @param uriProblem says what is wrong with a URI, or null
   * @throws io.fanfold.kit.ProblemException 400 naming every field at fault
   */
  static List<RegisteredFile> read(
      JsonNode json, String project, Instant now, UnaryOperator<String> uriProblem) {
    var errors = new ArrayList<FieldError>();
    var fields = new JsonFields(json, "", errors);
    List<RegisteredFile> files = fields.objects("files", file -> file(file, project, now));
    fields.done();
    if (errors.isEmpty() && (files.isEmpty() || files.size() > MAX_FILES)) {
      errors.add(new FieldError("files", "must have 1 to " + MAX_FILES + " files"));
    }
    JsonFields.refuse(errors);
    var ids = new HashSet<Long>();
    var externalIds = new HashSet<String>();
    for (int i = 0; i < files.size(); i++) {
      RegisteredFile file = files.get(i);
      String at = "files[" + i + "].";
      check(at, file, uriProblem, errors);
      if (file.getId() != 0 && !ids.add(file.getId())) {
        errors.add(new FieldError(at + "id", "is listed twice"));
      }
      if (file.getExternalId() != null && !externalIds.add(file.getExternalId())) {
        errors.add(new FieldError(at + "externalId", "is listed twice"));
      }
    }
    JsonFields.refuse(errors);
    return files;
  }

  private static RegisteredFile file(JsonFields fields, String project, Instant now) {
    Long id = fields.integer("id");
    String uri = fields.string("uri");
    RegisteredFile file =
        RegisteredFile.newBuilder()
            .setProject(project)
            .setId(id == null ? 0 : id == 0 ? -1 : id)
            .setExternalId(fields.string("externalId"))
            .setInstanceSpace(fields.string("instanceSpace"))
            .setInstanceExternalId(fields.string("instanceExternalId"))
            .setUri(uri == null ? "" : uri)
            .setName(fields.string("name"))
            .setMediaType(fields.string("mediaType"))
            .setRegisteredAt(now)
            .build();
    fields.done();
    return file;
  }

  private static void check(
      String at, RegisteredFile file, UnaryOperator<String> uriProblem, List<FieldError> errors) {
    if (file.getId() < 0 || file.getId() > JobIds.MAX) {
      errors.add(new FieldError(at + "id", "must be 1 to " + JobIds.MAX));
    }
    String problem = uriProblem.apply(file.getUri());
    if (problem != null) {
      errors.add(new FieldError(at + "uri", problem));
    }
    text(at + "externalId", file.getExternalId(), errors);
    text(at + "instanceSpace", file.getInstanceSpace(), errors);
    text(at + "instanceExternalId", file.getInstanceExternalId(), errors);
    text(at + "name", file.getName(), errors);
    text(at + "mediaType", file.getMediaType(), errors);
    if ((file.getInstanceSpace() == null) != (file.getInstanceExternalId() == null)) {
      errors.add(new FieldError(at + "instanceSpace", "needs instanceExternalId, and the reverse"));
    }
  }

  private static void text(String field, String text, List<FieldError> errors) {
    if (text == null) {
      return;
    }
    if (text.isEmpty() || text.length() > MAX_CHARS) {
      errors.add(new FieldError(field, "must be 1 to " + MAX_CHARS + " characters"));
    } else if (text.chars().anyMatch(Character::isISOControl)) {
      errors.add(new FieldError(field, "must not have control characters"));
    }
  }
}
