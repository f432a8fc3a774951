package io.fanfold.worker;

import io.fanfold.schemas.Batch;
import io.fanfold.schemas.StopReason;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/** Stops as a test says. */
final class FakeStops implements Stops {

  private final Map<Long, StopReason> stopped = new HashMap<>();
  private final Queue<Long> news = new ArrayDeque<>();

  void stop(long job, StopReason reason) {
    stopped.put(job, reason);
    news.add(job);
  }

  @Override
  public StopReason reason(Batch batch) {
    return stopped.get(batch.getJobId());
  }

  @Override
  public Long nextStopped() {
    return news.poll();
  }
}
