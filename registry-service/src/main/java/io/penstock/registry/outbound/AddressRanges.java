package io.penstock.registry.outbound;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What kind of place an address is, judged by its bits alone.
final class AddressRanges {

  /// Who may be reached there.
  enum Reach {
    PUBLIC,
    /// Loopback, in-house networks, and all that is reserved: allowed only where configured.
    PRIVATE,
    /// Link-local, metadata of clouds, multicast: no receiver lives there.
    NEVER
  }

  private record Range(byte[] prefix, int bits) {

    static Range of(String text) {
      var slash = text.indexOf('/');
      var address = InetAddress.ofLiteral(text.substring(0, slash)).getAddress();
      return new Range(address, Integer.parseInt(text.substring(slash + 1)));
    }

    boolean contains(byte[] address) {
      if (address.length != prefix.length) {
        return false;
      }
      int whole = bits / 8;
      int rest = 8 - bits % 8;
      return Arrays.equals(address, 0, whole, prefix, 0, whole)
          && (rest == 8 || (address[whole] & 0xff) >> rest == (prefix[whole] & 0xff) >> rest);
    }
  }

  // https://www.iana.org/assignments/iana-ipv4-special-registry and -ipv6-special-registry. The
  // single addresses are the metadata services of clouds that lie outside of link-local ranges.
  private static final List<Range> NEVER =
      ranges(
          "0.0.0.0/8",
          "169.254.0.0/16",
          "224.0.0.0/4",
          "240.0.0.0/4",
          "168.63.129.16/32",
          "100.100.100.200/32",
          "192.0.0.192/32",
          "::/128",
          "fe80::/10",
          "ff00::/8",
          "fd00:ec2::254/128",
          "fd20:ce::254/128");
  private static final List<Range> PRIVATE =
      ranges(
          "10.0.0.0/8",
          "100.64.0.0/10",
          "127.0.0.0/8",
          "172.16.0.0/12",
          "192.0.0.0/24",
          "192.0.2.0/24",
          "192.88.99.0/24",
          "192.168.0.0/16",
          "198.18.0.0/15",
          "198.51.100.0/24",
          "203.0.113.0/24",
          "2001::/23",
          "2001:db8::/32",
          "3fff::/20");
  private static final Range GLOBAL_UNICAST = Range.of("2000::/3");
  private static final Range NAT64 = Range.of("64:ff9b::/96");
  private static final Range COMPATIBLE = Range.of("::/96");
  private static final Range SIX_TO_FOUR = Range.of("2002::/16");

  private AddressRanges() {}

  static Reach of(InetAddress address) {
    return embedded(address).map(AddressRanges::of).orElseGet(() -> plain(address));
  }

  private static Reach plain(InetAddress address) {
    var bytes = address.getAddress();
    if (anyContains(NEVER, bytes)) {
      return Reach.NEVER;
    }
    boolean outside = address instanceof Inet6Address && !GLOBAL_UNICAST.contains(bytes);
    return outside || anyContains(PRIVATE, bytes) ? Reach.PRIVATE : Reach.PUBLIC;
  }

  // An IPv6 address may be a wrapping of an IPv4 address, and is then as good or bad as that. Java
  // itself unwraps the mapped ones, ::ffff:0:0/96.
  private static Optional<InetAddress> embedded(InetAddress address) {
    var bytes = address.getAddress();
    if (address instanceof Inet4Address) {
      return Optional.empty();
    }
    if (NAT64.contains(bytes) || (COMPATIBLE.contains(bytes) && !isSingle(bytes))) {
      return Optional.of(ipv4(bytes, 12));
    }
    return SIX_TO_FOUR.contains(bytes) ? Optional.of(ipv4(bytes, 2)) : Optional.empty();
  }

  // ::0 and ::1 are addresses of their own.
  private static boolean isSingle(byte[] bytes) {
    return bytes[12] == 0 && bytes[13] == 0 && bytes[14] == 0;
  }

  private static InetAddress ipv4(byte[] bytes, int from) {
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  private static boolean anyContains(List<Range> ranges, byte[] address) {
    return ranges.stream().anyMatch(range -> range.contains(address));
  }

  private static List<Range> ranges(String... texts) {
    return Arrays.stream(texts).map(Range::of).toList();
  }
}
