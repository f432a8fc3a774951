package io.fanfold.benchmarks;

import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The same work by several threads. */
final class Parallel {

  private Parallel() {}

  /** Returns when all threads are done; throws what one of them threw. */
  static void run(int threads, Work work) throws ScenarioException, InterruptedException {
    var executor = Executors.newFixedThreadPool(threads);
    try {
      var running = new ArrayList<Future<?>>();
      for (int i = 0; i < threads; i++) {
        Callable<Void> task =
            () -> {
              work.run();
              return null;
            };
        running.add(executor.submit(task));
      }
      for (Future<?> each : running) {
        each.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ScenarioException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      executor.shutdownNow();
    }
  }

  interface Work {
    void run() throws ScenarioException, InterruptedException;
  }
}
