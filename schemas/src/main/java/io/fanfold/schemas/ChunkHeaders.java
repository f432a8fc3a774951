package io.fanfold.schemas;

/** Headers of records on {@code item-results}. */
public final class ChunkHeaders {

  /**
   * There, without a value, when no item of the chunk has a customId: who looks for those need not
   * read it. A chunk without this header may have some.
   */
  public static final String NO_CUSTOM_IDS = "fanfold-no-custom-ids";

  private ChunkHeaders() {}
}
