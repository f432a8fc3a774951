package io.fanfold.ingest;

import java.time.Duration;

/**
 * How much the splitter hands out and how long it remembers.
 *
 * @param window batches of one job in flight at most
 * @param maxInFlight batches of one partition of jobs in flight at most
 * @param maxManifestItems items a manifest may name
 * @param submissionIdsKept how long a submission id stands for its job
 * @param commandsWait how long a command waits for its job
 * @param deletedKept how long the id of a deleted job cannot be used again
 * @param defaultTtl how long after its end a job is kept that does not say; zero means for ever
 */
record SplitterLimits(
    int window,
    int maxInFlight,
    long maxManifestItems,
    Duration submissionIdsKept,
    Duration commandsWait,
    Duration deletedKept,
    Duration defaultTtl) {}
