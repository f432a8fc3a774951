package io.fanfold.ingest.dialect.edgeimpulse;

import io.fanfold.kit.ProblemException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** Tells a socket what is new of a job, each time it is looked at. Not for several threads. */
final class JobWatch {

  /** A socket waits for no answer; what its job is now is looked up again soon. */
  private final JobFinder finder;

  private final String project;
  private final Frames.LogStream stream;
  private final Consumer<String> socket;
  private final Set<String> told = new HashSet<>();

  JobWatch(JobFinder finder, String project, Frames.LogStream stream, Consumer<String> socket) {
    this.finder = finder;
    this.project = project;
    this.stream = stream;
    this.socket = socket;
  }

  /**
   * Sends lines that were not sent before, and that the job has finished.
   *
   * @return whether there will be nothing more
   */
  boolean look() {
    ClassifyJob job;
    Iterable<JobLog.Line> lines;
    try {
      job = finder.find(project, Long.toString(stream.jobId()));
      lines = finder.log(project, job);
    } catch (ProblemException e) {
      // Another project's job, or none, stays silent. Lookups that are away come back.
      return e.problem().status() == 404;
    }
    for (JobLog.Line line : lines) {
      if (line.created().toEpochMilli() > stream.lastReceived() && told.add(line.id())) {
        socket.accept(Frames.data(stream.jobId(), line));
      }
    }
    if (job.isFinished()) {
      socket.accept(Frames.finished(stream.jobId(), job.isSuccessful()));
      return true;
    }
    return false;
  }
}
