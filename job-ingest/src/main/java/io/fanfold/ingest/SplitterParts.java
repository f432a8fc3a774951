package io.fanfold.ingest;

import io.fanfold.schemas.JobIds;

/**
 * What the splitter works with, the same on every partition.
 *
 * @param rules what submissions may say
 * @param splitter cuts items into batches
 * @param ids for submissions that come without a job id
 * @param feeds where items come from that did not come with their job
 * @param limits how much is handed out and how long things are remembered
 */
record SplitterParts(
    SubmissionRules rules,
    BatchSplitter splitter,
    JobIds ids,
    Feeds feeds,
    SplitterLimits limits) {}
