package io.fanfold.worker.predict;

import java.util.LinkedHashMap;
import java.util.Map;

/** Embeddings of target pictures by URI; those used last stay. */
final class TargetCache {
  static final int CAPACITY = 1000;

  private final ContentResolver contents;
  private final ModerationModel model;
  private final Map<String, float[]> embeddings =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, float[]> eldest) {
          return size() > CAPACITY;
        }
      };

  TargetCache(ContentResolver contents, ModerationModel model) {
    this.contents = contents;
    this.model = model;
  }

  /** Two threads may fetch the same target at once, but none waits for another's download. */
  float[] embedding(String uri) throws PredictionException {
    synchronized (embeddings) {
      float[] known = embeddings.get(uri);
      if (known != null) {
        return known;
      }
    }
    float[] fetched = model.view(target(uri)).embedding();
    synchronized (embeddings) {
      embeddings.put(uri, fetched);
    }
    return fetched;
  }

  private Content target(String uri) throws PredictionException {
    Content content;
    try {
      content = contents.resolve(uri);
      content.picture();
    } catch (PredictionException e) {
      // Or the message would seem to be about the item.
      throw new PredictionException(
          e.code(), "target " + uri + ": " + e.getMessage(), e.isTransient(), e);
    }
    return content;
  }
}
