package io.penstock.registry.outbound;

import io.penstock.registry.outbound.AddressRanges.Reach;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// Keeps callers from using this service to reach what only it can reach. It answers with
/// addresses, not with a yes: whoever connects to these cannot be led elsewhere by a name that
/// resolves differently a moment later.
///
/// @param allowPrivate whether in-house addresses may be reached, loopback included
/// @param allowedHosts hosts that may be reached wherever they lie, as they stand in the URL
public record AddressGuard(boolean allowPrivate, Set<String> allowedHosts) {

  /// An address that may not be reached; asking again will not help.
  public static final class Refused extends IOException {

    private static final long serialVersionUID = 1;

    private Refused(String message) {
      super(message);
    }
  }

  // 2130706433, 0x7f.1 and 127.1 are 127.0.0.1 to some parsers and a name to others.
  private static final Pattern NUMBER_AT_END =
      Pattern.compile("(?i)(.*\\.)?([0-9]+|0x[0-9a-f]*)\\.?");
  private static final Pattern DOTTED_QUAD =
      Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}");

  public AddressGuard {
    allowedHosts = Set.copyOf(allowedHosts.stream().map(AddressGuard::lower).toList());
  }

  /// The addresses of the URL's host, every one of which may be reached.
  ///
  /// @throws UnknownHostException where the name has no address now
  /// @throws Refused where one of them is out of bounds
  public List<InetAddress> resolve(URI url) throws IOException {
    var host = hostOf(url);
    var addresses = InetAddress.getAllByName(host);
    if (!allowedHosts.contains(lower(host))) {
      for (var address : addresses) {
        check(host, address);
      }
    }
    return List.of(addresses);
  }

  private void check(String host, InetAddress address) throws Refused {
    var reach = AddressRanges.of(address);
    if (reach == Reach.NEVER || (reach == Reach.PRIVATE && !allowPrivate)) {
      throw new Refused(
          "must not resolve to a non-public IP address. '%s' resolves to %s."
              .formatted(host, address.getHostAddress()));
    }
  }

  private static String hostOf(URI url) throws Refused {
    var host = url.getHost();
    if (host == null || url.getRawUserInfo() != null) {
      throw new Refused("must name a host, without user or password");
    }
    if (NUMBER_AT_END.matcher(host).matches() && !DOTTED_QUAD.matcher(host).matches()) {
      throw new Refused("must not write an IP address in an unusual way: '%s'.".formatted(host));
    }
    return host;
  }

  private static String lower(String host) {
    return host.toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return allowPrivate ? "private addresses allowed" : "public addresses and " + allowedHosts;
  }

  /// A guard made of configuration: hosts separated by commas.
  public static AddressGuard of(boolean allowPrivate, String hosts) {
    return new AddressGuard(
        allowPrivate,
        Set.copyOf(
            Arrays.stream(hosts.split(",", -1))
                .map(String::strip)
                .filter(host -> !host.isEmpty())
                .distinct()
                .toList()));
  }
}
