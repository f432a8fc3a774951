package io.fanfold.ingest;

/**
 * Where an {@link ItemFeed} goes on.
 *
 * @param next byte of the manifest, or position in the job of the first item not looked at
 * @param line line of the manifest, 1 first; 0 where there are no lines
 * @param version what is read, so that it is noticed when it changes; null before the first read
 */
record FeedPosition(long next, long line, String version) {

  static final FeedPosition MANIFEST_START = new FeedPosition(0, 1, null);
  static final FeedPosition RETRY_START = new FeedPosition(0, 0, null);
}
