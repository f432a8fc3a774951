package io.fanfold.kit.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.0",
        "10.255.255.255",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.1.2.3",
        "127.255.255.255",
        "169.254.0.1",
        "169.254.169.254",
        "169.254.170.2",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "192.168.255.255",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "100.100.100.200",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:1::1",
        "2001:2::1",
        "2001:10::1",
        "2001:20::1",
        "2001:1ff:ffff::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1",
        "3fff::1",
        "3fff:fff::1",
        "4000::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fdff::1",
        "fe80::1",
        "fec0::1",
        "feff::1",
        "ff02::1",
        "ff0e::1",
        "1fff::1",
        "8000::1"
      })
  void an_address_off_the_public_internet_is_refused(String address) throws Exception {
    assertThat(AddressGuard.publicOnly().allows(InetAddress.getByName(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.1",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.0.3.0",
        "192.88.98.255",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "2000::1",
        "2001:200::1",
        "2001:4860:4860::8888",
        "2003::1",
        "2606:4700:4700::1111",
        "2a00:1450::1",
        "3ffe::1",
        "::ffff:8.8.8.8"
      })
  void a_public_address_is_allowed(String address) throws Exception {
    assertThat(AddressGuard.publicOnly().allows(InetAddress.getByName(address))).isTrue();
  }

  @Test
  void an_ipv4_address_dressed_as_ipv6_is_judged_as_ipv4() throws Exception {
    byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 127, 0, 0, 1};

    var address = Inet6Address.getByAddress(null, mapped, 0);

    assertThat(address).isInstanceOf(Inet6Address.class);
    assertThat(AddressGuard.publicOnly().allows(address)).isFalse();
    assertThat(AddressGuard.allowing(List.of("127.0.0.0/8")).allows(address)).isTrue();
  }

  @Test
  void one_refused_address_refuses_the_name() throws Exception {
    var addresses = List.of(InetAddress.getByName("8.8.8.8"), InetAddress.getByName("10.0.0.1"));

    assertThatThrownBy(() -> AddressGuard.publicOnly().check("mixed.example", addresses))
        .isInstanceOf(RefusedAddressException.class)
        .hasMessageContaining("mixed.example")
        .hasMessageNotContaining("10.0.0.1");
  }

  @Test
  void what_is_allowed_by_block_is_no_wider_than_the_block() throws Exception {
    var guard = AddressGuard.allowing(List.of("10.1.0.0/16", "127.0.0.1", "fd12::/17"));

    assertThat(guard.allows(InetAddress.getByName("10.1.255.255"))).isTrue();
    assertThat(guard.allows(InetAddress.getByName("10.2.0.0"))).isFalse();
    assertThat(guard.allows(InetAddress.getByName("127.0.0.1"))).isTrue();
    assertThat(guard.allows(InetAddress.getByName("127.0.0.2"))).isFalse();
    assertThat(guard.allows(InetAddress.getByName("fd12:7fff::1"))).isTrue();
    assertThat(guard.allows(InetAddress.getByName("fd12:8000::1"))).isFalse();
    assertThat(guard.allows(InetAddress.getByName("8.8.8.8"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/8",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/x",
        "::/129",
        "localhost",
        "example.com/8",
        "fe80::1%eth0/64"
      })
  void what_is_no_block_is_said_at_once(String block) {
    assertThatThrownBy(() -> AddressGuard.allowing(List.of(block)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
