package io.fanfold.worker.signal;

import java.util.Objects;

/**
 * One column of a sample.
 *
 * @param name as in accX
 * @param units as in m/s2; empty when unknown
 */
public record Sensor(String name, String units) {

  public Sensor {
    Objects.requireNonNull(name);
    Objects.requireNonNull(units);
  }
}
