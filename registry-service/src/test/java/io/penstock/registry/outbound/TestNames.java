package io.penstock.registry.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolver.LookupPolicy;
import java.net.spi.InetAddressResolverProvider;
import java.security.Security;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// The names below `.test`, which no real server knows: each answers as a test wants, another
/// address each time it is asked if need be. All other names go to the JDK's own resolver.
public final class TestNames extends InetAddressResolverProvider {

  private static final Map<String, List<String>> ANSWERS = new ConcurrentHashMap<>();

  /// Lets a name have these addresses, the next one each time it is asked and the last one for
  /// ever.
  public static void put(String name, String... addresses) {
    ANSWERS.put(name, new ArrayList<>(List.of(addresses)));
  }

  /// What the name would still answer.
  static List<String> left(String name) {
    return List.copyOf(ANSWERS.getOrDefault(name, List.of()));
  }

  private static Stream<InetAddress> next(String name) throws UnknownHostException {
    var answers = ANSWERS.get(name);
    if (answers == null) {
      throw new UnknownHostException(name);
    }
    synchronized (answers) {
      var address = answers.size() > 1 ? answers.removeFirst() : answers.getFirst();
      return Stream.of(InetAddress.ofLiteral(address));
    }
  }

  @Override
  public InetAddressResolver get(Configuration configuration) {
    // Read with the first answer, which comes after this: each question is to be asked.
    Security.setProperty("networkaddress.cache.ttl", "0");
    var builtin = configuration.builtinResolver();
    return new InetAddressResolver() {
      @Override
      public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
          throws UnknownHostException {
        return host.endsWith(".test") ? next(host) : builtin.lookupByName(host, policy);
      }

      @Override
      public String lookupByAddress(byte[] address) throws UnknownHostException {
        return builtin.lookupByAddress(address);
      }
    };
  }

  @Override
  public String name() {
    return "names of tests";
  }
}
