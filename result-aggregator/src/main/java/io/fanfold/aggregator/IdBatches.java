package io.fanfold.aggregator;

import io.fanfold.schemas.JobState;
import java.util.List;

/** The batches of a job that may have items with a customId, for one page. */
final class IdBatches implements ItemPage.Candidates {

  private static final int AT_ONCE = 64;

  private final JobViews views;
  private final JobState job;
  private final String customId;
  private final int to;
  private List<Integer> known = List.of();
  private boolean isAll;

  /**
   * @param to the first batch after those that are wanted
   */
  IdBatches(JobViews views, JobState job, String customId, int to) {
    this.views = views;
    this.job = job;
    this.customId = customId;
    this.to = to;
  }

  @Override
  public List<Integer> apply(int from) {
    // Mostly there are few, and then every partition is asked once only.
    if (!isAll) {
      known = views.batchesWith(job.getId(), customId, from, to, AT_ONCE);
      isAll = known.size() < AT_ONCE;
    }
    return known.stream().filter(batch -> batch >= from).toList();
  }
}
