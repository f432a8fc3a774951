package io.fanfold.worker.predict;

import io.fanfold.worker.signal.SignalException;
import io.fanfold.worker.signal.SignalModel;
import java.util.LinkedHashMap;
import java.util.Map;

/** Trained models of signals by URI; those used last stay. */
final class SignalModels {
  static final int CAPACITY = 32;
  private static final int MAX_NAME_CHARS = 100;

  private final ContentResolver contents;
  private final Map<String, SignalModel> models =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SignalModel> eldest) {
          return size() > CAPACITY;
        }
      };

  SignalModels(ContentResolver contents) {
    this.contents = contents;
  }

  /** Two threads may fetch the same model at once, but none waits for another's download. */
  SignalModel model(String uri) throws PredictionException {
    synchronized (models) {
      SignalModel known = models.get(uri);
      if (known != null) {
        return known;
      }
    }
    SignalModel fetched = fetch(uri);
    synchronized (models) {
      models.put(uri, fetched);
    }
    return fetched;
  }

  private SignalModel fetch(String uri) throws PredictionException {
    try {
      return SignalModel.read(contents.resolve(uri).bytes());
    } catch (PredictionException e) {
      // Or the message would seem to be about the item.
      throw new PredictionException(
          e.code(), "model " + name(uri) + ": " + e.getMessage(), e.isTransient(), e);
    } catch (SignalException e) {
      throw new PredictionException(
          e.code(), "model " + name(uri) + ": " + e.getMessage(), false, e);
    }
  }

  /** Without the query, where signed URLs have their secret, and short, should it hold data. */
  private static String name(String uri) {
    int query = uri.indexOf('?');
    String name = query < 0 ? uri : uri.substring(0, query);
    return name.length() <= MAX_NAME_CHARS ? name : name.substring(0, MAX_NAME_CHARS) + "...";
  }
}
