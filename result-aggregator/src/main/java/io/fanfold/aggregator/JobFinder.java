package io.fanfold.aggregator;

import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Problem;
import io.fanfold.kit.ProblemException;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.JobState;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** The job a request names, if it is one of its project. */
final class JobFinder {

  // Half of the threads that answer.
  private static final int MAX_PATIENT = 32;

  private static final Duration YOUNG = Duration.ofSeconds(30);
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(5);

  private final JobViews views;
  private final Staleness staleness;
  private final Clock clock;
  private final Patience patience = Patience.of(MAX_PATIENT);

  JobFinder(JobViews views, Staleness staleness, Clock clock) {
    this.views = views;
    this.staleness = staleness;
    this.clock = clock;
  }

  /**
   * @throws ProblemException 404, or 503 when it may be too young to be seen
   */
  JobState find(Context context) {
    String project = HttpApi.project(context);
    String text = context.pathParam("id");
    long id =
        JobIds.parse(text)
            .orElseThrow(() -> Problem.notFound("There is no job " + quote(text)).exception());
    Optional<JobState> found = views.job(id);
    boolean young = false;
    if (found.isEmpty()) {
      // Ids tell their age, so whoever follows the Location of a 202 is not told 404.
      young = isYoung(id, clock.instant()) && !views.isDeleted(id);
      found = young ? await(() -> views.job(id)) : found;
    }
    // A copy that is behind does not know what there is.
    boolean unsure = young || staleness.isMarked();
    JobState job = found.orElseThrow(() -> absent(id, unsure));
    // Somebody else's job is as absent as one that never was.
    if (!job.getProject().equals(project)) {
      throw absent(id, false);
    }
    return job;
  }

  /** Whether an id could be that of a job accepted moments ago. */
  static boolean isYoung(long id, Instant now) {
    Instant made = JobIds.time(id);
    return made.isAfter(now.minus(YOUNG)) && made.isBefore(now.plus(CLOCK_SKEW));
  }

  static ProblemException absent(long id, boolean young) {
    return young
        ? Problem.unavailable("job " + id + " is not visible yet, if there is one").exception()
        : Problem.notFound("There is no job " + id).exception();
  }

  /** What a look finds, now or in a while: what has just been committed may be on its way. */
  <T> Optional<T> await(Supplier<Optional<T>> look) {
    return patience.find(look);
  }

  private static String quote(String text) {
    String head = text.length() > 32 ? text.substring(0, 32) : text;
    return head.replaceAll("[^A-Za-z0-9._-]", "?");
  }
}
