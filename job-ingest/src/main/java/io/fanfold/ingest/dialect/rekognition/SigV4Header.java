package io.fanfold.ingest.dialect.rekognition;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An Authorization header of Signature Version 4.
 *
 * @param date of the credential's scope, as in 20260131
 * @param signedHeaders names in lower case, as they are listed
 * @param signature 64 hex digits
 */
record SigV4Header(
    String accessKeyId,
    String date,
    String region,
    String service,
    List<String> signedHeaders,
    String signature) {

  static final String ALGORITHM = "AWS4-HMAC-SHA256";
  static final String TERMINATOR = "aws4_request";

  private static final Pattern ACCESS_KEY_ID = Pattern.compile("[A-Za-z0-9_-]{1,128}");
  private static final Pattern CREDENTIAL =
      Pattern.compile(
          "([A-Za-z0-9_-]{1,128})/([0-9]{8})/([a-z0-9-]{1,64})/([a-z0-9-]{1,64})/" + TERMINATOR);
  private static final Pattern SIGNED_HEADERS = Pattern.compile("[a-z0-9_.-]+(;[a-z0-9_.-]+)*");
  private static final Pattern SIGNATURE = Pattern.compile("[0-9a-f]{64}");
  private static final int MAX_CHARS = 8 * 1024;

  static boolean isAccessKeyId(String text) {
    return ACCESS_KEY_ID.matcher(text).matches();
  }

  /**
   * @param header null when there is none
   * @throws io.fanfold.kit.ProblemException when it is missing, or is not of this form
   */
  static SigV4Header parse(String header) {
    if (header == null || header.isBlank()) {
      throw AwsError.refusal(AwsError.MISSING_TOKEN, "The request has no Authorization header.");
    }
    if (!header.startsWith(ALGORITHM + " ") || header.length() > MAX_CHARS) {
      throw incomplete("Authorization must begin with " + ALGORITHM);
    }
    Map<String, String> parts = parts(header.substring(ALGORITHM.length() + 1));
    Matcher credential = CREDENTIAL.matcher(part(parts, "Credential"));
    String signedHeaders = part(parts, "SignedHeaders");
    String signature = part(parts, "Signature");
    if (!credential.matches()) {
      throw incomplete("Credential must be ACCESSKEYID/DATE/REGION/SERVICE/" + TERMINATOR);
    }
    if (!SIGNED_HEADERS.matcher(signedHeaders).matches()) {
      throw incomplete("SignedHeaders must be names in lower case, separated by semicolons");
    }
    if (!SIGNATURE.matcher(signature).matches()) {
      throw incomplete("Signature must be 64 hex digits");
    }
    return new SigV4Header(
        credential.group(1),
        credential.group(2),
        credential.group(3),
        credential.group(4),
        List.of(signedHeaders.split(";")),
        signature);
  }

  /** What the signing key is for. */
  String scope() {
    return date + "/" + region + "/" + service + "/" + TERMINATOR;
  }

  private static Map<String, String> parts(String list) {
    var parts = new HashMap<String, String>();
    for (String part : list.split(",")) {
      int equals = part.indexOf('=');
      if (equals < 0
          || parts.put(part.substring(0, equals).strip(), part.substring(equals + 1).strip())
              != null) {
        throw incomplete("Authorization must be a list of different NAME=VALUE");
      }
    }
    return parts;
  }

  private static String part(Map<String, String> parts, String name) {
    String value = parts.get(name);
    if (value == null) {
      throw incomplete("Authorization must have " + name);
    }
    return value;
  }

  private static RuntimeException incomplete(String message) {
    return AwsError.refusal(AwsError.INCOMPLETE_SIGNATURE, message + ".");
  }
}
