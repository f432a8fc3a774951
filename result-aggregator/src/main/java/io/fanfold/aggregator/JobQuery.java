package io.fanfold.aggregator;

import io.fanfold.schemas.JobState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which jobs of a project are wanted.
 *
 * @param dialect the API they were submitted through, null for any
 * @param filters value by field: {@link JobIndex}'s fields, and {@code metadata.KEY}
 * @param createdBefore null for no bound; a job created at this moment is not in
 * @param createdAfter null for no bound; a job created at this moment is in
 */
record JobQuery(
    String project,
    String dialect,
    SortedMap<String, String> filters,
    Instant createdBefore,
    Instant createdAfter) {

  JobQuery {
    filters = new TreeMap<>(filters);
  }

  /** The terms any of which leads to every job that is wanted. */
  List<String> terms() {
    var terms = new ArrayList<String>();
    String scope = JobIndex.scope(project, dialect);
    filters.forEach((field, value) -> terms.add(JobIndex.term(scope, field, value)));
    if (terms.isEmpty()) {
      terms.add(JobIndex.all(scope));
    }
    return terms;
  }

  /** Whether a term's count is the number of jobs that are wanted. */
  boolean isCounted() {
    return filters.size() <= 1 && createdBefore == null && createdAfter == null;
  }

  /** A row of the index can be behind or before the job's own, so all is checked. */
  boolean matches(JobState job) {
    return job.getProject().equals(project)
        && (dialect == null
            || job.getDialect() != null && dialect.equals(job.getDialect().getName()))
        && (createdBefore == null || job.getCreatedAt().isBefore(createdBefore))
        && (createdAfter == null || !job.getCreatedAt().isBefore(createdAfter))
        && filters.entrySet().stream().allMatch(filter -> has(job, filter));
  }

  private static boolean has(JobState job, Map.Entry<String, String> filter) {
    String field = filter.getKey();
    String found =
        switch (field) {
          case JobIndex.CUSTOM_ID -> job.getCustomId();
          case JobIndex.FEED_ID -> job.getFeedId();
          case JobIndex.TAG -> job.getTag();
          case JobIndex.NAME -> job.getName();
          case JobIndex.STATUS -> job.getStatus().name();
          default -> job.getMetadata().get(field.substring(JobIndex.METADATA.length()));
        };
    return filter.getValue().equals(found);
  }
}
