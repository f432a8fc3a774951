package io.fanfold.kit.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UrlRulesTest {

  private final UrlRules webhooks =
      UrlRules.webhooks(false, List.of("443", "8443", "9443"), AddressGuard.publicOnly());
  private final UrlRules items = UrlRules.items(AddressGuard.publicOnly());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://127.0.0.1/",
        "https://127.1/",
        "https://127.0.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.0.0.1/",
        "https://0X7F.1/",
        "https://0177.0.0.1/",
        "https://017700000001/",
        "https://010.0.0.1/",
        "https://127.0.0.1./",
        "https://0/",
        "https://0x/",
        "https://10.0.0.1/",
        "https://172.16.5.4/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://100.100.100.200/",
        "https://0.0.0.0/",
        "https://255.255.255.255/",
        "https://256.256.256.256/",
        "https://1.2.3/",
        "https://1.2.3.4.5/",
        "https://[::1]/",
        "https://[::]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://[fd00:ec2::254]/",
        "https://[fe80::1%25eth0]/",
        "https://[fe80::1%eth0]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://[::127.0.0.1]/",
        "https://[fec0::1]/",
        "https://localhost/",
        "https://LOCALHOST/",
        "https://localhost./",
        "https://api.localhost/",
        "https://user@example.com/",
        "https://user:pw@example.com/",
        "https://@example.com/",
        "https://example.com@127.0.0.1/",
        "https://127.0.0.1#@example.com/",
        "https://example.com\\@127.0.0.1/",
        "https://exam%70le.com/",
        "https://%31%32%37.0.0.1/",
        "https://ⓔxample.com/",
        "https://127。0。0。1/",
        "https://１２７.0.0.1/",
        "https:///path",
        "https:example.com",
        "https:",
        "//example.com/",
        "example.com",
        "",
        "http://example.com/",
        "ftp://example.com/",
        "gopher://example.com:70/_x",
        "file:///etc/passwd",
        "jar:https://example.com/a.jar!/b",
        "javascript:alert(1)",
        "data:text/plain,x",
        "https://example.com:22/",
        "https://example.com:80/",
        "https://example.com:0/",
        "https://example.com:65536/",
        "https://example.com:99999999999/",
        "https://example.com:-1/",
        "https://example.com:abc/",
        "https://example.com/#fragment",
        "https://example.com/a b",
        "https://example.com/\r\nHost: x",
        "https://example.com/\u0000",
        "https://example.com/\t",
        "https://example.com/\u0085",
        " https://example.com/",
        "https://exa mple.com/",
        "https://a..b/",
        "https://.example.com/",
        "https://-a.com/",
        "https://example.com/<x>",
        "https://[::1/",
        "https://::1/"
      })
  void a_hostile_receiver_is_refused_with_a_message(String url) {
    assertThat(webhooks.check(url)).isNotEmpty().allSatisfy(m -> assertThat(m).isNotBlank());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.com", "https://example.com/", "https://example.com:443/hook?a=b%20c&d",
        "https://example.com:8443/hook", "https://example.com:9443/", "HTTPS://EXAMPLE.COM/",
        "https://sub-domain.example.co.uk/a/b", "https://8.8.8.8/", "https://[2606:4700::1111]/",
        "https://xn--bcher-kva.example/", "https://1password.example/", "https://example.com./"
      })
  void an_ordinary_receiver_is_accepted(String url) {
    assertThat(webhooks.check(url)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://example.com/ | must start with https://",
        "https://u:p@example.com/ | must not contain a user name or password",
        "https://0177.0.0.1/ | an IPv4 address must be four decimal numbers without leading zeros",
        "https://10.0.0.1/ | the host is not at a public address",
        "https://example.com:81/ | the port must be one of [443, 8443, 9443]",
        "https://example.com/#a | must not have a fragment",
        "https:///a | has no host",
        "https://[fe80::1%25eth0]/ | the host must not contain % (an escape or an IPv6 zone)",
      })
  void the_message_says_what_to_change(String url, String message) {
    assertThat(webhooks.check(url)).containsExactly(message);
  }

  @Test
  void every_fault_is_named_at_once() {
    assertThat(webhooks.check("http://u@example.com/#x")).hasSize(3);
  }

  @Test
  void a_url_may_have_2048_characters() {
    String url = "https://example.com/" + "a".repeat(2048 - 20);

    assertThat(webhooks.check(url)).isEmpty();
    assertThat(webhooks.check(url + "a")).containsExactly("longer than 2048 characters");
  }

  @Test
  void plain_http_is_accepted_where_it_is_allowed() {
    var rules =
        UrlRules.webhooks(true, List.of("443"), AddressGuard.allowing(List.of("127.0.0.0/8")));

    assertThat(rules.check("http://127.0.0.1/")).isEmpty();
    assertThat(rules.check("http://localhost:80/")).isEmpty();
    assertThat(rules.check("http://10.0.0.1/")).hasSize(1);
  }

  @Test
  void any_port_is_accepted_where_all_are_but_those_of_other_protocols() {
    var rules = UrlRules.webhooks(false, List.of("*"), AddressGuard.publicOnly());

    assertThat(rules.check("https://example.com:12345/")).isEmpty();
    assertThat(rules.check("https://example.com:22/")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.com/a.jpg",
        "https://example.com:8080/a.jpg",
        "https://example.com/a#page=1",
        "https://example.com:30000/a?signature=%2F"
      })
  void an_ordinary_item_is_accepted(String url) {
    assertThat(items.check(url)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.com:22/",
        "http://example.com:25/",
        "http://example.com:6379/",
        "http://127.0.0.1/",
        "http://0x7f.1/",
        "http://[::1]:8080/",
        "http://u@example.com/",
        "ftp://example.com/a.jpg"
      })
  void a_hostile_item_is_refused(String url) {
    assertThat(items.check(url)).isNotEmpty();
  }

  @Test
  void the_form_alone_says_nothing_about_the_address() {
    assertThat(items.checkForm("http://127.0.0.1/")).isEmpty();
    assertThat(items.checkForm("http://127.1/")).isNotEmpty();
  }
}
