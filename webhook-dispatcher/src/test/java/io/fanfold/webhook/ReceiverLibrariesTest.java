package io.fanfold.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import io.fanfold.webhook.NpmReceiver.Delivery;
import java.net.http.HttpHeaders;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the libraries make of our signatures that receivers check them with. {@code
 * -Dfanfold.payloads} says how many payloads go to Node.
 */
class ReceiverLibrariesTest {

  private static final int PAYLOADS = Integer.getInteger("fanfold.payloads", 10_000);

  /** Of these each single byte is changed, one after the other. */
  private static final int TAKEN_APART = 25;

  @TempDir private Path work;

  @Test
  void the_java_library_refuses_every_change_of_one_byte() throws Exception {
    Random random = Seed.random(this);
    long refused = 0;
    for (int i = 0; i < TAKEN_APART; i++) {
      Delivery delivery = delivery(random);
      assertThat(javaAccepts(delivery)).isTrue();
      for (Delivery mutant : mutants(random, delivery)) {
        assertThat(javaAccepts(mutant)).as("%s made of %s", mutant, delivery).isFalse();
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(TAKEN_APART * 60L);
  }

  @Test
  void the_npm_library_accepts_every_payload_and_refuses_every_change_of_one_byte()
      throws Exception {
    NpmReceiver.require();
    Random random = Seed.random(this);
    var good = new ArrayList<Delivery>();
    var bad = new ArrayList<Delivery>();
    for (int i = 0; i < PAYLOADS; i++) {
      Delivery delivery = delivery(random);
      good.add(delivery);
      List<Delivery> mutants = mutants(random, delivery);
      if (i < TAKEN_APART) {
        bad.addAll(mutants);
      } else {
        bad.add(mutants.get(random.nextInt(mutants.size())));
      }
    }

    assertThat(NpmReceiver.accepts(good.stream(), work)).hasSize(PAYLOADS).containsOnly(true);
    assertThat(NpmReceiver.accepts(bad.stream(), work)).hasSize(bad.size()).containsOnly(false);
  }

  /**
   * The receiver takes the new secret into use at any moment while both sign, and refuses nothing;
   * one that is late or early refuses, so that this would be seen.
   */
  @Test
  void a_rotation_of_secrets_refuses_no_delivery() throws Exception {
    NpmReceiver.require();
    Random random = Seed.random(this);
    var good = new ArrayList<Delivery>();
    var bad = new ArrayList<Delivery>();
    for (int rotation = 0; rotation < 50; rotation++) {
      String older = secret(random);
      String newer = secret(random);
      int change = 10 + random.nextInt(10);
      for (int i = 0; i < 30; i++) {
        List<String> signing =
            i < 10 ? List.of(older) : i < 20 ? List.of(newer, older) : List.of(newer);
        byte[] body = body(random);
        var headers = new WebhookSigner(signing).headers(id(random), Instant.now(), body);
        good.add(new Delivery(i < change ? older : newer, headers, body));
        if (i < 10 || i >= 20) {
          bad.add(new Delivery(i < 10 ? newer : older, headers, body));
        }
      }
    }

    for (Delivery delivery : good) {
      assertThat(javaAccepts(delivery)).isTrue();
    }
    for (Delivery delivery : bad) {
      assertThat(javaAccepts(delivery)).isFalse();
    }
    assertThat(NpmReceiver.accepts(good.stream(), work)).hasSize(good.size()).containsOnly(true);
    assertThat(NpmReceiver.accepts(bad.stream(), work)).hasSize(bad.size()).containsOnly(false);
  }

  /** One for each byte of the body, the id, the time and the signature. */
  private static List<Delivery> mutants(Random random, Delivery delivery) {
    var mutants = new ArrayList<Delivery>();
    for (int at = 0; at < delivery.body().length; at++) {
      byte[] body = delivery.body().clone();
      body[at] ^= (byte) (1 + random.nextInt(255));
      mutants.add(new Delivery(delivery.secret(), delivery.headers(), body));
    }
    delivery
        .headers()
        .forEach(
            (name, value) -> {
              for (int at = 0; at < value.length(); at++) {
                var headers = new HashMap<>(delivery.headers());
                headers.put(name, value.substring(0, at) + other(random, value, at));
                mutants.add(new Delivery(delivery.secret(), headers, delivery.body()));
              }
            });
    return mutants;
  }

  /** Another of the characters that a header may have, and the rest. */
  private static String other(Random random, String value, int at) {
    char other = value.charAt(at);
    while (other == value.charAt(at)) {
      other = (char) (' ' + random.nextInt('~' - ' ' + 1));
    }
    return other + value.substring(at + 1);
  }

  private static Delivery delivery(Random random) {
    String secret = secret(random);
    byte[] body = body(random);
    return new Delivery(
        secret, new WebhookSigner(List.of(secret)).headers(id(random), Instant.now(), body), body);
  }

  private static String id(Random random) {
    return "evt_" + Long.toString(random.nextLong() >>> 1, 36);
  }

  private static String secret(Random random) {
    byte[] bytes = new byte[24 + random.nextInt(41)];
    random.nextBytes(bytes);
    return "whsec_" + Base64.getEncoder().encodeToString(bytes);
  }

  /**
   * Text of one to four bytes a character. Without U+FFFD, which is what a decoder makes of bytes
   * that are none: a changed byte of one could look the same.
   */
  private static byte[] body(Random random) {
    return random
        .ints(random.nextInt(300), 0, Character.MAX_CODE_POINT + 1)
        .map(c -> random.nextInt(3) > 0 ? c & 0x7f : c)
        .filter(c -> c != 0xfffd && (c < 0xd800 || c > 0xdfff))
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString()
        .getBytes(UTF_8);
  }

  private static boolean javaAccepts(Delivery delivery) throws Exception {
    var lists = new HashMap<String, List<String>>();
    Map<String, String> headers = delivery.headers();
    headers.forEach((name, value) -> lists.put(name, List.of(value)));
    try {
      new Webhook(delivery.secret())
          .verify(new String(delivery.body(), UTF_8), HttpHeaders.of(lists, (name, value) -> true));
      return true;
    } catch (WebhookVerificationException e) {
      return false;
    }
  }
}
