package io.fanfold.ingest.dialect.rekognition;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import io.fanfold.kit.Problem;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.kit.ProblemException;
import java.util.stream.Collectors;

/**
 * What is wrong, as AWS JSON 1.1 says it: a type, and the status 400 or 500. The SDKs send again
 * what is throttled, or is a 500.
 *
 * @param type as in ResourceNotFoundException
 */
record AwsError(int status, String type, String message) {

  static final String ACCESS_DENIED = "AccessDeniedException";
  static final String INCOMPLETE_SIGNATURE = "IncompleteSignatureException";
  static final String INVALID_PAGINATION_TOKEN = "InvalidPaginationTokenException";
  static final String INVALID_PARAMETER = "InvalidParameterException";
  static final String INVALID_SIGNATURE = "InvalidSignatureException";
  static final String MISSING_TOKEN = "MissingAuthenticationTokenException";
  static final String RESOURCE_NOT_FOUND = "ResourceNotFoundException";
  static final String THROTTLING = "ThrottlingException";
  static final String UNKNOWN_OPERATION = "UnknownOperationException";
  static final String UNRECOGNIZED_CLIENT = "UnrecognizedClientException";

  private static final String SUFFIX = "Exception";

  /** A refusal of this dialect's own: its code is the type. */
  static ProblemException refusal(String type, String message) {
    return Problem.of(400, type, type, message).exception();
  }

  static AwsError of(Problem problem) {
    String type = type(problem);
    boolean ours = type.equals(THROTTLING) || type.equals("InternalServerError");
    return new AwsError(ours ? 500 : 400, type, message(problem));
  }

  /** The body of the answer. */
  ObjectNode json() {
    return Json.MAPPER
        .createObjectNode()
        .put("__type", type)
        .put("Message", message)
        .put("Code", type);
  }

  private static String type(Problem problem) {
    if (problem.code().endsWith(SUFFIX)) {
      return problem.code();
    }
    return switch (problem.code()) {
      case "MALFORMED_JSON" -> "SerializationException";
      case "IDEMPOTENCY_CONFLICT" -> "IdempotentParameterMismatchException";
      case "INVALID_CURSOR" -> INVALID_PAGINATION_TOKEN;
      // Passes by itself, and both SDKs wait and send again; a full house does not.
      case "QUOTA_SUBMISSIONS_PER_SECOND" -> "ProvisionedThroughputExceededException";
      // Nothing of ours is at fault, and nothing the caller said: no worker has the model.
      case "INVALID_REQUEST" ->
          isOfFeatures(problem) ? "ResourceNotReadyException" : INVALID_PARAMETER;
      default ->
          switch (problem.status()) {
            case 403 -> ACCESS_DENIED;
            case 404 -> RESOURCE_NOT_FOUND;
            case 429 -> "LimitExceededException";
            case 503 -> THROTTLING;
            default -> problem.status() < 500 ? INVALID_PARAMETER : "InternalServerError";
          };
    };
  }

  private static boolean isOfFeatures(Problem problem) {
    return !problem.errors().isEmpty()
        && problem.errors().stream().allMatch(error -> error.field().startsWith("features"));
  }

  /** Every field at fault, as people see no more of an error than this text. */
  private static String message(Problem problem) {
    if (problem.errors().isEmpty()) {
      return problem.detail();
    }
    return problem.errors().stream().map(AwsError::text).collect(Collectors.joining("; "));
  }

  private static String text(FieldError error) {
    return error.field().isEmpty() ? error.message() : error.field() + " " + error.message();
  }
}
