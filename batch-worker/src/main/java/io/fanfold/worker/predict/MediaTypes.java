package io.fanfold.worker.predict;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Media types by signature. Knows more types than can be decoded, so that messages name them. */
final class MediaTypes {
  static final String JPEG = "image/jpeg";
  static final String PNG = "image/png";
  static final String GIF = "image/gif";
  static final String BMP = "image/bmp";
  static final String UNKNOWN = "application/octet-stream";

  /** What {@link PictureDecoder} decodes. */
  static final List<String> PICTURES = List.of(JPEG, PNG, GIF, BMP);

  private record Signature(int offset, byte[] magic, String mediaType) {
    Signature(int offset, String magic, String mediaType) {
      this(offset, magic.getBytes(StandardCharsets.ISO_8859_1), mediaType);
    }

    boolean matches(byte[] bytes) {
      if (bytes.length < offset + magic.length) {
        return false;
      }
      for (int i = 0; i < magic.length; i++) {
        if (bytes[offset + i] != magic[i]) {
          return false;
        }
      }
      return true;
    }
  }

  private static final List<Signature> SIGNATURES =
      List.of(
          new Signature(0, "\u00ff\u00d8\u00ff", JPEG),
          new Signature(0, "\u0089PNG\r\n\u001a\n", PNG),
          new Signature(0, "GIF87a", GIF),
          new Signature(0, "GIF89a", GIF),
          new Signature(0, "II*\0", "image/tiff"),
          new Signature(0, "MM\0*", "image/tiff"),
          new Signature(8, "WEBP", "image/webp"),
          new Signature(8, "WAVE", "audio/wav"),
          new Signature(4, "ftypheic", "image/heic"),
          new Signature(4, "ftypavif", "image/avif"),
          new Signature(4, "ftyp", "video/mp4"),
          new Signature(0, "%PDF-", "application/pdf"),
          new Signature(0, "PK\u0003\u0004", "application/zip"),
          new Signature(0, "\u001f\u008b", "application/gzip"));

  private MediaTypes() {}

  static String detect(byte[] bytes, String claimed) {
    for (Signature signature : SIGNATURES) {
      if (signature.matches(bytes)) {
        return signature.mediaType();
      }
    }
    // Two letters are a weak signature; the zero reserved fields make it one.
    if (bytes.length >= 14
        && bytes[0] == 'B'
        && bytes[1] == 'M'
        && (bytes[6] | bytes[7] | bytes[8] | bytes[9]) == 0) {
      return BMP;
    }
    if (claimed == null || claimed.isBlank()) {
      return UNKNOWN;
    }
    String type = claimed.strip().toLowerCase(Locale.ROOT);
    boolean wouldHaveBeenSeen =
        PICTURES.contains(type) || SIGNATURES.stream().anyMatch(s -> s.mediaType().equals(type));
    return wouldHaveBeenSeen ? UNKNOWN : type;
  }
}
