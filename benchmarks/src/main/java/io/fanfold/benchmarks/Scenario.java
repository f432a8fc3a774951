package io.fanfold.benchmarks;

import java.util.List;

/** Something to measure. */
interface Scenario {

  /** As named on the command line. */
  String name();

  /**
   * @throws ScenarioException when the installation does not have what it takes, or did wrong
   */
  List<Measure> run(Installation installation, Settings settings)
      throws ScenarioException, InterruptedException;
}
