package io.penstock.e2e.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.demo.Demo;
import io.penstock.demo.terminal.Terminal;
import io.penstock.e2e.suite.RunningSuite;
import io.penstock.e2e.suite.SharedSuite;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// What `deploy/penstock demo` plays, on fewer flights, twice in a row.
@ExtendWith(SharedSuite.class)
class DemoIT {

  private static final String FLIGHTS = "6000";

  private final RunningSuite suite;

  DemoIT(RunningSuite suite) {
    this.suite = suite;
  }

  @Test
  @Timeout(240)
  void demo_twice() {
    assertThatTheDemoShowsItsFiveResults();
    assertThatTheDemoShowsItsFiveResults();
  }

  private void assertThatTheDemoShowsItsFiveResults() {
    var out = new ByteArrayOutputStream();
    var terminal = new Terminal(new PrintStream(out, true, StandardCharsets.UTF_8), false, false);
    int code = Demo.run(arguments(), terminal, Clock.systemUTC());
    String shown = out.toString(StandardCharsets.UTF_8);
    assertThat(code).as(shown).isZero();
    assertThat(shown)
        .contains(suite.local().gateway().toString())
        .contains("/docs")
        .contains("GATE_REFUSED")
        .contains("trace")
        .contains("drift")
        .contains("inclusion proofs verified by plain SHA-256")
        .contains("is signed (Ed25519)");
  }

  private List<String> arguments() {
    return List.of(
        "--gateway", suite.local().gateway().toString(),
        "--grpc", suite.local().address("gateway"),
        "--tokens", suite.home().resolve("identity").toString(),
        "--flights", FLIGHTS);
  }
}
