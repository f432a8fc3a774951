package io.fanfold.kit.net;

import java.net.InetAddress;
import java.util.List;

/**
 * Which addresses an outgoing request may reach. URLs come from users, so without a guard a webhook
 * or an item could read the cloud's metadata service or the neighbours' admin pages.
 *
 * <p>The flags of {@link InetAddress} miss most of what matters (unique local IPv6, carrier-grade
 * NAT, NAT64, 6to4, class E), so the lists are here: IPv4 is open but for the special-purpose
 * blocks, IPv6 is closed but for global unicast, less its special-purpose blocks.
 */
public final class AddressGuard {

  private static final List<Cidr> CLOSED_V4 =
      blocks(
          "0.0.0.0/8",
          "10.0.0.0/8",
          "100.64.0.0/10",
          "127.0.0.0/8",
          "169.254.0.0/16",
          "172.16.0.0/12",
          "192.0.0.0/24",
          "192.0.2.0/24",
          "192.88.99.0/24",
          "192.168.0.0/16",
          "198.18.0.0/15",
          "198.51.100.0/24",
          "203.0.113.0/24",
          "224.0.0.0/4",
          "240.0.0.0/4");

  private static final Cidr OPEN_V6 = Cidr.parse("2000::/3");

  private static final List<Cidr> CLOSED_V6 =
      blocks("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20");

  private final List<Cidr> allowed;

  private AddressGuard(List<Cidr> allowed) {
    this.allowed = allowed;
  }

  /** Only the public internet. */
  public static AddressGuard publicOnly() {
    return new AddressGuard(List.of());
  }

  /**
   * The public internet and these blocks.
   *
   * @param cidrs blocks as in 10.1.0.0/16 or fd00::/8; a bare address is a block of one
   * @throws IllegalArgumentException when one is no block
   */
  public static AddressGuard allowing(List<String> cidrs) {
    return new AddressGuard(blocks(cidrs.toArray(String[]::new)));
  }

  /** Whether a request may reach this address. */
  public boolean allows(InetAddress address) {
    byte[] bytes = unmapped(address.getAddress());
    if (anyContains(allowed, bytes)) {
      return true;
    }
    return bytes.length == 4
        ? !anyContains(CLOSED_V4, bytes)
        : OPEN_V6.contains(bytes) && !anyContains(CLOSED_V6, bytes);
  }

  /**
   * Refuses a name if any of its addresses is refused: a name that mixes public and private ones is
   * an attack or a mistake, and picking the good ones would hide it.
   */
  void check(String host, List<InetAddress> addresses) throws RefusedAddressException {
    for (InetAddress address : addresses) {
      if (!allows(address)) {
        // Without the address: a caller may be shown this, and it would map the inside for them.
        throw new RefusedAddressException(host + " is not at a public address");
      }
    }
  }

  /** An IPv4 address may come dressed as IPv6 (::ffff:a.b.c.d) and is still that IPv4 address. */
  private static byte[] unmapped(byte[] bytes) {
    if (bytes.length != 16 || bytes[10] != -1 || bytes[11] != -1) {
      return bytes;
    }
    for (int i = 0; i < 10; i++) {
      if (bytes[i] != 0) {
        return bytes;
      }
    }
    return new byte[] {bytes[12], bytes[13], bytes[14], bytes[15]};
  }

  private static boolean anyContains(List<Cidr> blocks, byte[] address) {
    for (Cidr block : blocks) {
      if (block.contains(address)) {
        return true;
      }
    }
    return false;
  }

  private static List<Cidr> blocks(String... cidrs) {
    return List.of(cidrs).stream().map(Cidr::parse).toList();
  }
}
