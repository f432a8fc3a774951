package io.fanfold.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one caller has been told of jobs, and what is wrong with what it is told next: told as a
 * list, like {@link Audit}. An answer marked as stale may be older than one before, and must make
 * sense in itself. Pure, so that {@link LookupMemoryTest} can show it finds each kind of damage.
 *
 * <p>Item {@code i} of every job has the custom id {@code ci}, and fails if {@link #fails} says so.
 */
final class LookupMemory {

  private final Map<Long, JsonNode> newest = new HashMap<>();
  private final Map<Long, BitSet> finished = new HashMap<>();
  private long jobs;

  static boolean fails(int index) {
    return index % 10 == 3;
  }

  static int failures(int items) {
    return (items + 6) / 10;
  }

  /** Whether this job was seen to end, and that by an answer without the mark. */
  boolean hasEnded(long id) {
    return newest.containsKey(id) && isTerminal(newest.get(id));
  }

  List<String> job(long id, int items, JsonNode job, boolean stale) {
    var wrong = new ArrayList<String>();
    JsonNode counts = job.get("counts");
    long failed = counts.get("failed").asLong();
    long succeeded = counts.get("succeeded").asLong();
    long pending = counts.get("pending").asLong();
    if (job.get("id").asLong() != id || counts.get("total").asLong() != items) {
      wrong.add("job %d is answered with another: %s".formatted(id, job));
    }
    if (succeeded + failed + pending + counts.get("canceled").asLong() != items) {
      wrong.add("the counts of job %d do not add up: %s".formatted(id, counts));
    }
    if (isTerminal(job) && (pending > 0 || failed != failures(items))) {
      wrong.add("job %d ended with wrong counts: %s".formatted(id, counts));
    }
    if (stale) {
      return wrong;
    }
    JsonNode before = newest.put(id, job);
    if (before != null && job.get("sequence").asLong() < before.get("sequence").asLong()) {
      wrong.add("job %d went from %s to %s".formatted(id, before, job));
    }
    if (before != null && isTerminal(before) && !job.get("status").equals(before.get("status"))) {
      wrong.add("job %d left its end".formatted(id));
    }
    return wrong;
  }

  /**
   * @param from index of the first item asked for
   * @param limit most items asked for
   */
  List<String> page(long id, int items, int from, int limit, JsonNode page, boolean stale) {
    var wrong = new ArrayList<String>();
    JsonNode list = page.get("items");
    int expected = Math.max(0, Math.min(limit, items - from));
    if (list.size() != expected || page.get("total").asLong() != items) {
      wrong.add("a page of job %d has %d items of %s".formatted(id, list.size(), page));
      return wrong;
    }
    BitSet seen = finished.computeIfAbsent(id, job -> new BitSet());
    for (int i = 0; i < expected; i++) {
      int index = from + i;
      JsonNode item = list.get(i);
      String outcome = item.get("outcome").asText();
      boolean isPending = outcome.equals("PENDING");
      if (item.get("index").asInt() != index) {
        wrong.add("job %d has item %s in place of %d".formatted(id, item.get("index"), index));
      }
      if (!isPending
          && !(outcome.equals(fails(index) ? "FAILED" : "SUCCEEDED")
              && item.get("customId").asText().equals("c" + index))) {
        wrong.add("job %d has a wrong item %d: %s".formatted(id, index, item));
      }
      if (!stale && isPending && (seen.get(index) || hasEnded(id))) {
        wrong.add("the result of item %d of job %d is gone".formatted(index, id));
      }
      if (!stale && !isPending) {
        seen.set(index);
      }
    }
    return wrong;
  }

  /** A list of all jobs, of which none is ever removed. */
  List<String> list(JsonNode list, boolean stale) {
    var wrong = new ArrayList<String>();
    long total = list.get("total").asLong();
    if (list.get("jobs").size() != Math.min(total, list.get("limit").asLong())) {
      wrong.add("a list has %d jobs of %d".formatted(list.get("jobs").size(), total));
    }
    if (!stale) {
      if (total < jobs) {
        wrong.add("there were %d jobs, and now there are %d".formatted(jobs, total));
      }
      jobs = Math.max(jobs, total);
    }
    return wrong;
  }

  private static boolean isTerminal(JsonNode job) {
    return FanfoldHttp.TERMINAL.contains(job.get("status").asText());
  }
}
