package io.fanfold.standalone.registry;

/** A request's refusal: an HTTP status and one of the API's error codes. */
final class RegistryProblem extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final int code;

  private RegistryProblem(int status, int code, String message, Throwable cause) {
    super(message, cause);
    this.status = status;
    this.code = code;
  }

  static RegistryProblem noSubject(String subject) {
    return new RegistryProblem(404, 40401, "Subject '%s' not found.".formatted(subject), null);
  }

  static RegistryProblem noVersion(int version) {
    return new RegistryProblem(404, 40402, "Version %d not found.".formatted(version), null);
  }

  static RegistryProblem noSchema() {
    return new RegistryProblem(404, 40403, "Schema not found", null);
  }

  static RegistryProblem noSchema(int id) {
    return new RegistryProblem(404, 40403, "Schema %d not found".formatted(id), null);
  }

  static RegistryProblem noSubjectCompatibility(String subject) {
    return new RegistryProblem(
        404,
        40408,
        "Subject '%s' does not have subject-level compatibility configured".formatted(subject),
        null);
  }

  static RegistryProblem malformed(String message) {
    return new RegistryProblem(400, 400, message, null);
  }

  static RegistryProblem incompatible(String message) {
    return new RegistryProblem(409, 409, message, null);
  }

  static RegistryProblem invalidSchema(String message) {
    return new RegistryProblem(422, 42201, message, null);
  }

  static RegistryProblem invalidVersion(String version) {
    return new RegistryProblem(
        422,
        42202,
        "The specified version '%s' is not a valid version id. Allowed values are between [1, 2^31-1] and the string \"latest\""
            .formatted(version),
        null);
  }

  static RegistryProblem invalidCompatibility(String level) {
    return new RegistryProblem(
        422,
        42203,
        "Invalid compatibility level '%s'. Valid values are none, backward, forward, full, backward_transitive, forward_transitive, and full_transitive"
            .formatted(level),
        null);
  }

  static RegistryProblem notSupported(String message) {
    return new RegistryProblem(405, 405, message, null);
  }

  static RegistryProblem store(Throwable cause) {
    return new RegistryProblem(500, 50001, "Error in the backend data store", cause);
  }

  int status() {
    return status;
  }

  int code() {
    return code;
  }
}
