package io.fanfold.worker.predict;

import io.fanfold.worker.predict.OnnxModel.Resource;
import java.util.EnumMap;
import java.util.Map;

/** The models of one worker, one session each however many features use it. */
final class OnnxModels implements AutoCloseable {
  private final Map<Resource, OnnxModel> models = new EnumMap<>(Resource.class);

  OnnxModels(int intraOpThreads) {
    for (Resource resource : Resource.values()) {
      models.put(resource, new OnnxModel(resource, intraOpThreads));
    }
  }

  OnnxModel get(Resource resource) {
    return models.get(resource);
  }

  @Override
  public void close() {
    models.values().forEach(OnnxModel::close);
  }
}
