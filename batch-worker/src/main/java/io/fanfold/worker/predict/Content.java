package io.fanfold.worker.predict;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The content of one item, shared by all features computed for it and decoded at most once. Belongs
 * to one thread at a time.
 */
public final class Content {
  private final byte[] bytes;
  private final String mediaType;
  private final String project;
  private final Map<Object, Object> derived = new HashMap<>();
  private Picture picture;
  private PredictionException undecodable;

  private Content(byte[] bytes, String mediaType, String project) {
    this.bytes = bytes;
    this.mediaType = mediaType;
    this.project = project;
  }

  /** Content whose media type is told by its first bytes alone. */
  public static Content of(byte[] bytes) {
    return of(bytes, null);
  }

  /**
   * @param bytes the content; not copied
   * @param claimedMediaType what the submitter says it is, or null; believed only of types that
   *     have no signature, such as text/csv
   */
  public static Content of(byte[] bytes, String claimedMediaType) {
    return of(bytes, claimedMediaType, "");
  }

  /**
   * @param bytes the content; not copied
   * @param claimedMediaType as above
   * @param project the tenant it belongs to
   */
  public static Content of(byte[] bytes, String claimedMediaType, String project) {
    Objects.requireNonNull(bytes);
    Objects.requireNonNull(project);
    return new Content(bytes, MediaTypes.detect(bytes, claimedMediaType), project);
  }

  /** As in image/jpeg; application/octet-stream when unknown. */
  public String mediaType() {
    return mediaType;
  }

  /** The tenant it belongs to; empty for content that is no item, such as a target. */
  public String project() {
    return project;
  }

  /** The content as it came. Not a copy: read only. */
  public byte[] bytes() {
    return bytes;
  }

  /**
   * The content as a picture; decoded by the first call.
   *
   * @throws PredictionException UNSUPPORTED_FORMAT, CORRUPT_INPUT or TOO_LARGE, the same at every
   *     call
   */
  public Picture picture() throws PredictionException {
    if (undecodable != null) {
      throw undecodable;
    }
    if (picture == null) {
      try {
        picture = PictureDecoder.decode(this);
      } catch (PredictionException e) {
        undecodable = e;
        throw e;
      }
    }
    return picture;
  }

  /** Lets features that share a model run it once per content. */
  <T> T derive(Class<T> type, Object key, Derivation<T> derivation) throws PredictionException {
    Object known = derived.get(key);
    if (known == null) {
      known = derivation.compute(picture());
      derived.put(key, known);
    }
    return type.cast(known);
  }

  @FunctionalInterface
  interface Derivation<T> {
    T compute(Picture picture) throws PredictionException;
  }
}
