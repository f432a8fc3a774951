package io.fanfold.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReceiverTest {

  @Test
  void jobs_that_name_paths_of_one_host_name_one_receiver() {
    String receiver = Receiver.inline("p", "https://example.com/hooks/1?token=t");

    assertThat(Receiver.inline("p", "https://EXAMPLE.com/hooks/2")).isEqualTo(receiver);
    assertThat(
            List.of(
                Receiver.inline("p", "http://example.com/hooks/1"),
                Receiver.inline("p", "https://example.com:8443/hooks/1"),
                Receiver.inline("p", "https://example.org/hooks/1"),
                Receiver.inline("q", "https://example.com/hooks/1"),
                Receiver.inline("p", "no url"),
                Receiver.endpoint("p", "ep_1"),
                Receiver.endpoint("p", "ep_2"),
                Receiver.endpoint("q", "ep_1")))
        .doesNotContain(receiver)
        .doesNotHaveDuplicates()
        .allMatch(key -> key.matches("[A-Za-z0-9_-]{24}"));
  }

  @Test
  void receivers_of_a_project_sort_together() {
    assertThat(Receiver.endpoint("p", "ep_1")).startsWith(Receiver.projectKey("p"));
    assertThat(Receiver.inline("p", "https://example.com/")).startsWith(Receiver.projectKey("p"));
    assertThat(Receiver.projectKey("p")).hasSize(8).isNotEqualTo(Receiver.projectKey("q"));
  }
}
