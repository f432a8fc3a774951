package io.fanfold.ingest.dialect.rekognition;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signature Version 4 of a request as it came in. The SDK's own signer cannot be had for this: it
 * adds headers and chooses itself what it signs, where here only what the caller signed counts.
 */
final class SigV4 {

  private static final String MAC = "HmacSHA256";

  /**
   * A request to the root of the service, which is all that AWS JSON knows.
   *
   * @param query as sent, or null
   * @param headers the values of a header by its name in lower case
   */
  record Request(
      String method, String query, Function<String, List<String>> headers, byte[] body) {}

  private SigV4() {}

  /**
   * What the signature has to be.
   *
   * @param at the request's x-amz-date
   */
  static String signature(SigV4Header header, String at, Request request, String secret) {
    String canonical = hex(sha256(canonical(header.signedHeaders(), request).getBytes(UTF_8)));
    String toSign = String.join("\n", SigV4Header.ALGORITHM, at, header.scope(), canonical);
    byte[] key = ("AWS4" + secret).getBytes(UTF_8);
    for (String part :
        List.of(header.date(), header.region(), header.service(), SigV4Header.TERMINATOR)) {
      key = mac(key, part);
    }
    return hex(mac(key, toSign));
  }

  private static String canonical(List<String> signedHeaders, Request request) {
    var canonical = new StringBuilder();
    canonical.append(request.method()).append("\n/\n").append(query(request.query())).append('\n');
    for (String name : signedHeaders) {
      String values =
          request.headers().apply(name).stream()
              .map(value -> value.strip().replaceAll(" +", " "))
              .collect(Collectors.joining(","));
      canonical.append(name).append(':').append(values).append('\n');
    }
    return canonical
        .append('\n')
        .append(String.join(";", signedHeaders))
        .append('\n')
        .append(hex(sha256(request.body())))
        .toString();
  }

  private static String query(String query) {
    if (query == null || query.isEmpty()) {
      return "";
    }
    return Arrays.stream(query.split("&"))
        .map(parameter -> parameter.indexOf('=') < 0 ? parameter + "=" : parameter)
        .sorted()
        .collect(Collectors.joining("&"));
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  private static byte[] mac(byte[] key, String text) {
    try {
      var mac = Mac.getInstance(MAC);
      mac.init(new SecretKeySpec(key, MAC));
      return mac.doFinal(text.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java has " + MAC, e);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
