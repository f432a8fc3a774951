package io.fanfold.kit.store;

/**
 * Objects by their URI. Safe for use by several threads; every call blocks its caller.
 *
 * <p>Writing is in parts, of which all but the last have at least {@link #MIN_PART_BYTES}. Nobody
 * sees anything of an object before it is complete.
 */
public interface ObjectStore {

  /** The shortest part but for the last, in bytes; S3's own limit. */
  int MIN_PART_BYTES = 5 * 1024 * 1024;

  /** The most parts of an object; S3's own limit. */
  int MAX_PARTS = 10_000;

  /**
   * Opens an object for reading.
   *
   * @param offset the first byte wanted; at the end or past it there is nothing to read
   */
  ObjectContent open(String uri, long offset) throws StoreException;

  /**
   * Begins to write an object.
   *
   * @param mediaType kept with the object where the store can
   */
  ObjectUpload begin(String uri, String mediaType) throws StoreException;

  /**
   * Goes on with an upload that another process may have begun. What was written after that state
   * was noted is dropped.
   *
   * @throws StoreException NOT_FOUND when there is nothing left of it: begin again
   */
  ObjectUpload resume(String uri, ObjectUpload.State state) throws StoreException;

  /** Removes an object; it is fine if there is none. */
  void delete(String uri) throws StoreException;
}
