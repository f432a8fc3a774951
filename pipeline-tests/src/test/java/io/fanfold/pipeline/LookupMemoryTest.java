package io.fanfold.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

final class LookupMemoryTest {

  private static final long ID = 7;
  private static final int ITEMS = 14;

  private final LookupMemory memory = new LookupMemory();

  @Test
  void answers_that_go_on_are_in_order() {
    assertThat(memory.job(ID, ITEMS, job(3, "RUNNING", 5, 1), false)).isEmpty();
    assertThat(memory.page(ID, ITEMS, 2, 5, page(2, 5, 4), false)).isEmpty();
    assertThat(memory.job(ID, ITEMS, job(9, "COMPLETED", 12, 2), false)).isEmpty();
    assertThat(memory.page(ID, ITEMS, 10, 5, page(10, 4, ITEMS), false)).isEmpty();
    assertThat(memory.list(list(3, 10, 3), false)).isEmpty();
    assertThat(memory.list(list(30, 10, 10), false)).isEmpty();
  }

  @Test
  void counts_that_do_not_add_up_are_found_even_when_stale() {
    ObjectNode job = job(3, "RUNNING", 5, 1);
    ((ObjectNode) job.get("counts")).put("pending", 7);

    assertThat(memory.job(ID, ITEMS, job, true)).anyMatch(line -> line.contains("add up"));
  }

  @Test
  void an_end_with_other_counts_is_found() {
    assertThat(memory.job(ID, ITEMS, job(9, "COMPLETED", 13, 1), true))
        .anyMatch(line -> line.contains("wrong counts"));
    assertThat(memory.job(ID, ITEMS, job(9, "COMPLETED", 11, 2), true))
        .anyMatch(line -> line.contains("wrong counts"));
  }

  @Test
  void going_back_is_found_unless_it_is_marked() {
    memory.job(ID, ITEMS, job(9, "COMPLETED", 12, 2), false);

    assertThat(memory.job(ID, ITEMS, job(3, "RUNNING", 5, 1), true)).isEmpty();
    assertThat(memory.job(ID, ITEMS, job(3, "RUNNING", 5, 1), false))
        .anyMatch(line -> line.contains("went from"))
        .anyMatch(line -> line.contains("left its end"));
  }

  @Test
  void a_result_that_is_gone_is_found_unless_it_is_marked() {
    memory.page(ID, ITEMS, 0, 5, page(0, 5, 5), false);

    assertThat(memory.page(ID, ITEMS, 0, 5, page(0, 5, 4), true)).isEmpty();
    assertThat(memory.page(ID, ITEMS, 0, 5, page(0, 5, 4), false))
        .containsExactly("the result of item 4 of job 7 is gone");
  }

  @Test
  void a_page_of_an_ended_job_that_is_not_whole_is_found() {
    memory.job(ID, ITEMS, job(9, "COMPLETED", 12, 2), false);

    assertThat(memory.page(ID, ITEMS, 0, 5, page(0, 5, 4), false)).hasSize(1);
  }

  @Test
  void a_shorter_page_and_wrong_items_are_found_even_when_stale() {
    assertThat(memory.page(ID, ITEMS, 0, 5, page(0, 4, 4), true)).hasSize(1);
    assertThat(memory.page(ID, ITEMS, 0, 5, page(1, 5, ITEMS), true)).isNotEmpty();
    ObjectNode page = page(0, 5, 5);
    ((ObjectNode) page.get("items").get(3)).put("outcome", "SUCCEEDED");
    assertThat(memory.page(ID, ITEMS, 0, 5, page, true))
        .anyMatch(line -> line.contains("wrong item 3"));
  }

  @Test
  void a_shorter_list_is_found() {
    memory.list(list(30, 10, 10), false);

    assertThat(memory.list(list(29, 10, 10), true)).isEmpty();
    assertThat(memory.list(list(29, 10, 10), false)).hasSize(1);
    assertThat(memory.list(list(30, 10, 9), true)).hasSize(1);
  }

  private static ObjectNode job(int sequence, String status, int succeeded, int failed) {
    ObjectNode job = FanfoldHttp.JSON.createObjectNode();
    job.put("id", ID).put("sequence", sequence).put("status", status);
    job.putObject("counts")
        .put("total", ITEMS)
        .put("succeeded", succeeded)
        .put("failed", failed)
        .put("canceled", 0)
        .put("pending", ITEMS - succeeded - failed);
    return job;
  }

  /** Items with a result up to the given one. */
  private static ObjectNode page(int from, int size, int finished) {
    ObjectNode page = FanfoldHttp.JSON.createObjectNode().put("total", ITEMS);
    ArrayNode items = page.putArray("items");
    for (int i = from; i < from + size; i++) {
      String outcome = LookupMemory.fails(i) ? "FAILED" : "SUCCEEDED";
      items
          .addObject()
          .put("index", i)
          .put("customId", "c" + i)
          .put("outcome", i < finished ? outcome : "PENDING");
    }
    return page;
  }

  private static ObjectNode list(int total, int limit, int size) {
    ObjectNode list = FanfoldHttp.JSON.createObjectNode().put("total", total).put("limit", limit);
    ArrayNode jobs = list.putArray("jobs");
    for (int i = 0; i < size; i++) {
      jobs.addObject();
    }
    return list;
  }
}
