package io.fanfold.kit.store;

import java.util.List;

/** An object that is being written. For one thread. */
public interface ObjectUpload {

  /**
   * How far an upload is; with this it can be taken up again.
   *
   * @param id the store's name for the upload
   * @param parts the store's tags of the parts that are safe, in order
   * @param bytes length of those parts together
   */
  record State(String id, List<String> parts, long bytes) {

    public State {
      parts = List.copyOf(parts);
    }
  }

  State state();

  /**
   * Writes the next part; once this returns it is in {@link #state} and safe.
   *
   * @param bytes at least {@link ObjectStore#MIN_PART_BYTES} unless it is the last part
   */
  void part(byte[] bytes) throws StoreException;

  /** Makes the object visible, in place of the one that was there before. */
  void complete() throws StoreException;

  /** Drops all parts. */
  void abort() throws StoreException;
}
