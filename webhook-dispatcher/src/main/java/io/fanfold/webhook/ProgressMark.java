package io.fanfold.webhook;

import io.fanfold.kit.JobJson;
import io.fanfold.schemas.JobState;

/**
 * How far a job was when a target last heard of it, in so many steps.
 *
 * @param attempt of the job
 * @param steps 1 to {@value #MAX_STEPS}
 * @param step of these, 0 for none
 */
record ProgressMark(int attempt, int steps, int step) {

  private static final int MAX_STEPS = 100;

  // What is a whole number of steps may come out a hair below it: 0.29 * 100.
  private static final double HAIR = 1e-9;

  /**
   * Where a job is now. What comes of it is an event if {@link #isNewsAfter} what was there before.
   */
  static ProgressMark of(JobState state, int steps) {
    int bounded = Math.max(1, Math.min(MAX_STEPS, steps));
    int step = (int) Math.floor(JobJson.progress(state) * bounded + HAIR);
    return new ProgressMark(state.getAttempt(), bounded, step);
  }

  /**
   * Whether another step of the same attempt is done. What was done when an attempt began, or when
   * somebody began to ask in the middle of it, is where the steps are counted from and no news.
   *
   * @param before null when there is none; a first attempt begins with nothing done
   */
  boolean isNewsAfter(ProgressMark before) {
    if (before == null) {
      return attempt == 1 && step > 0;
    }
    return before.attempt == attempt && before.steps == steps && step > before.step;
  }

  /** Whether it is to be remembered in the place of the other. */
  boolean replaces(ProgressMark before) {
    return before == null
        || attempt > before.attempt
        || (attempt == before.attempt && (steps != before.steps || step > before.step));
  }

  static ProgressMark parse(String text) {
    String[] parts = text.split("/", -1);
    return new ProgressMark(
        Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
  }

  @Override
  public String toString() {
    return attempt + "/" + steps + "/" + step;
  }
}
