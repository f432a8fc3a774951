package io.fanfold.worker.signal;

import java.util.Objects;

/**
 * A sample that someone has said what it is.
 *
 * @param name where it comes from, for messages
 */
public record LabelledSample(String name, String label, SignalSample sample) {

  public LabelledSample {
    Objects.requireNonNull(name);
    Objects.requireNonNull(label);
    Objects.requireNonNull(sample);
  }
}
