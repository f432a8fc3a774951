package io.fanfold.kit.net;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What a URL must look like to be accepted, checked on its text alone: no name is looked up. It
 * gives people early and clear messages; what keeps requests off the inside is {@link AddressGuard}
 * at the moment of connecting.
 */
public final class UrlRules {

  private static final int MAX_LENGTH = 2048;

  private static final Pattern DOTTED_QUAD =
      Pattern.compile("(?:(?:0|[1-9]\\d?|1\\d\\d|2[0-4]\\d|25[0-5])(?:\\.(?!$)|$)){4}");

  // What a browser, too, would read as an IPv4 address: the last label is a number.
  private static final Pattern ENDS_IN_NUMBER =
      Pattern.compile("(?:.*\\.)?(?:\\d+|0[xX][0-9a-fA-F]*)\\.?");

  /** Ports of protocols that an HTTP request could be made to speak to. */
  private static final Set<Integer> UNSAFE_PORTS =
      Set.of(
          19, 20, 21, 22, 23, 25, 53, 69, 79, 110, 111, 119, 123, 135, 137, 139, 143, 161, 179, 389,
          445, 465, 512, 513, 514, 515, 587, 636, 873, 993, 995, 2049, 3389, 5060, 5061, 6000, 6379,
          6667, 11211);

  private final AddressGuard guard;
  private final boolean httpAllowed;
  private final boolean fragmentAllowed;
  private final Set<Integer> onlyPorts;

  private UrlRules(
      AddressGuard guard, boolean httpAllowed, boolean fragmentAllowed, Set<Integer> onlyPorts) {
    this.guard = guard;
    this.httpAllowed = httpAllowed;
    this.fragmentAllowed = fragmentAllowed;
    this.onlyPorts = onlyPorts;
  }

  /**
   * For webhook receivers: https unless told otherwise, given ports, no fragment.
   *
   * @param httpAllowed also http, and port 80
   * @param ports what a URL may name as its port, as in 443 and 8443; * for any but those of other
   *     protocols
   * @param guard literal addresses are checked against it
   * @throws NumberFormatException when a port is no number
   */
  public static UrlRules webhooks(boolean httpAllowed, List<String> ports, AddressGuard guard) {
    var only = new TreeSet<Integer>();
    if (!ports.contains("*")) {
      ports.forEach(port -> only.add(Integer.valueOf(port.trim())));
      only.add(httpAllowed ? 80 : 443);
    }
    return new UrlRules(guard, httpAllowed, false, only);
  }

  /**
   * For items and manifests: http or https, any port but those of other protocols.
   *
   * @param guard literal addresses are checked against it
   */
  public static UrlRules items(AddressGuard guard) {
    return new UrlRules(guard, true, true, Set.of());
  }

  /**
   * What is wrong with the URL, one message each, the URL itself not repeated; empty if nothing.
   */
  public List<String> check(String url) {
    List<String> problems = checkForm(url);
    if (!problems.isEmpty()) {
      return problems;
    }
    String host = URI.create(url).getHost().toLowerCase(Locale.ROOT);
    return reachable(host) ? List.of() : List.of("the host is not at a public address");
  }

  /** As {@link #check}, but for whether the host's address may be reached. */
  public List<String> checkForm(String url) {
    if (url.length() > MAX_LENGTH) {
      return List.of("longer than " + MAX_LENGTH + " characters");
    }
    if (url.chars().anyMatch(c -> c <= ' ' || c == 0x7f || Character.isISOControl(c))) {
      return List.of("contains a space or a control character");
    }
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      return List.of("not a URL: " + e.getReason());
    }
    var problems = new ArrayList<String>();
    checkScheme(uri.getScheme(), problems);
    checkHost(uri, problems);
    if (!fragmentAllowed && uri.getRawFragment() != null) {
      problems.add("must not have a fragment");
    }
    return List.copyOf(problems);
  }

  private void checkScheme(String scheme, List<String> problems) {
    if ("https".equalsIgnoreCase(scheme) || (httpAllowed && "http".equalsIgnoreCase(scheme))) {
      return;
    }
    problems.add(httpAllowed ? "must start with http:// or https://" : "must start with https://");
  }

  private void checkHost(URI uri, List<String> problems) {
    String authority = uri.getRawAuthority();
    if (authority == null || authority.isEmpty()) {
      problems.add("has no host");
      return;
    }
    if (authority.indexOf('@') >= 0) {
      problems.add("must not contain a user name or password");
      return;
    }
    String host = authority.replaceFirst(":\\d*$", "");
    if (host.indexOf('%') >= 0) {
      problems.add("the host must not contain % (an escape or an IPv6 zone)");
    } else if (ENDS_IN_NUMBER.matcher(host).matches() && !DOTTED_QUAD.matcher(host).matches()) {
      // 0177.0.0.1, 127.1 and 2130706433 mean different addresses to different programs.
      problems.add("an IPv4 address must be four decimal numbers without leading zeros");
    } else if (uri.getHost() == null) {
      problems.add("the host is not a valid name or address");
    }
    checkPort(uri, problems);
  }

  private void checkPort(URI uri, List<String> problems) {
    int port = uri.getPort();
    if (port == -1) {
      return;
    }
    if (port < 1 || port > 65535) {
      problems.add("the port must be 1 to 65535");
    } else if (!onlyPorts.isEmpty() && !onlyPorts.contains(port)) {
      problems.add("the port must be one of " + onlyPorts);
    } else if (onlyPorts.isEmpty() && UNSAFE_PORTS.contains(port)) {
      problems.add("port " + port + " belongs to another protocol");
    }
  }

  private boolean reachable(String host) {
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    if (name.equals("localhost") || name.endsWith(".localhost")) {
      return guard.allows(InetAddress.getLoopbackAddress());
    }
    if (!host.startsWith("[") && !DOTTED_QUAD.matcher(host).matches()) {
      return true;
    }
    try {
      return guard.allows(InetAddress.getByName(host));
    } catch (UnknownHostException e) {
      // The form was fine, so this literal is one Java cannot read; nothing could connect to it.
      return false;
    }
  }
}
