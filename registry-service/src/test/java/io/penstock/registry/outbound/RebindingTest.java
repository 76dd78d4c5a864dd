package io.penstock.registry.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Names that are one address when they are checked and another a moment later.
class RebindingTest {

  private static final String RECEIVER = "127.0.0.2";
  private static final String METADATA = "169.254.169.254";
  private static final AddressGuard IN_HOUSE = new AddressGuard(true, Set.of());

  @Test
  void theAddressThatWasChecked_isTheOneThatIsConnectedTo() throws IOException {
    TestNames.put("turning.test", RECEIVER, METADATA, "127.0.0.3");
    assertThat(statusOf("turning.test")).isEqualTo(204);
    // Asked once: an address that was given is not given again.
    assertThat(TestNames.left("turning.test")).containsExactly(METADATA, "127.0.0.3");
  }

  @Test
  void aNameThatIsOutOfBoundsNow_isRefused_whateverItWas() throws IOException {
    TestNames.put("turned.test", RECEIVER, METADATA);
    assertThat(statusOf("turned.test")).isEqualTo(204);
    assertThatThrownBy(() -> statusOf("turned.test")).isInstanceOf(AddressGuard.Refused.class);
  }

  private static int statusOf(String host) throws IOException {
    var server = HttpServer.create(new InetSocketAddress(RECEIVER, 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(204, -1);
          }
        });
    server.start();
    var url = URI.create("http://%s:%d/".formatted(host, server.getAddress().getPort()));
    try (var exchange =
        HttpExchange.open(
            IN_HOUSE, TrustedTls.OF_JVM, "GET", url, Map.of(), null, Duration.ofSeconds(5))) {
      return exchange.status();
    } finally {
      server.stop(0);
    }
  }
}
