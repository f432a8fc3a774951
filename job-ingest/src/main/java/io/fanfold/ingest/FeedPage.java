package io.fanfold.ingest;

import io.fanfold.schemas.Item;
import io.fanfold.schemas.JobFailure;
import java.util.List;

/** What an {@link ItemFeed} has for a job. */
sealed interface FeedPage {

  /**
   * The items of one batch.
   *
   * @param items may be empty on the last page only
   * @param next where the feed goes on after them
   * @param last whether there are no more
   * @param bytesTotal length of what is read, or null
   */
  record Items(List<Item> items, FeedPosition next, boolean last, Long bytesTotal)
      implements FeedPage {}

  /** There is nothing yet. */
  record NotYet() implements FeedPage {}

  /** There will be nothing more, for a reason. */
  record Failed(JobFailure failure) implements FeedPage {}
}
