package io.fanfold.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class AttemptKeyTest {

  @Test
  void a_record_is_under_its_event_on_the_partition_of_its_task() {
    var key = new AttemptKey(5, "evt_1");

    assertThat(AttemptKey.serializer().serialize("webhook-attempts", key))
        .isEqualTo("evt_1".getBytes(UTF_8));
    assertThat(AttemptKey.partitioner().partitions("webhook-attempts", key, new byte[0], 8))
        .contains(Set.of(5));
  }
}
