package io.fanfold.ingest.dialect.deepva;

import io.fanfold.kit.Problem.FieldError;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Sources as URIs that workers can read.
 *
 * @param storagePrefix what stands for {@code storage://}; empty when nothing does
 */
record Sources(String storagePrefix) {

  private static final String STORAGE = "storage://";
  private static final List<String> SCHEMES = List.of("http:", "https:", "file:", "s3:");
  private static final List<String> VIDEO_HOSTS = List.of("youtube.com", "youtu.be", "vimeo.com");

  // No part begins with a dot: none leads out of the prefix.
  private static final Pattern STORAGE_ID =
      Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*");

  /**
   * The URI of a source.
   *
   * @param field where it stands in the request
   * @param errors gets what is wrong with it
   */
  String resolve(String source, String field, List<FieldError> errors) {
    String lower = source.toLowerCase(Locale.ROOT);
    if (lower.startsWith(STORAGE)) {
      String id = source.substring(STORAGE.length());
      if (storagePrefix.isEmpty()) {
        errors.add(new FieldError(field, "is in a storage, and deepva.storage.prefix is not set"));
      } else if (!STORAGE_ID.matcher(id).matches()) {
        errors.add(new FieldError(field, "must name what is stored, as in storage://Fad9kJ0jSI3s"));
      }
      return storagePrefix + id;
    }
    if (isVideoPage(source)) {
      errors.add(new FieldError(field, "is a video; only pictures are processed"));
    } else if (SCHEMES.stream().noneMatch(lower::startsWith)) {
      errors.add(new FieldError(field, "must be a URL: http, https, file, s3 or a storage:// one"));
    }
    return source;
  }

  private static boolean isVideoPage(String source) {
    try {
      String host = new URI(source).getHost();
      return host != null
          && VIDEO_HOSTS.stream()
              .anyMatch(
                  page ->
                      host.equalsIgnoreCase(page)
                          || host.toLowerCase(Locale.ROOT).endsWith("." + page));
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
