package io.penstock.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.gateway.GatewayFailure.Overloaded;
import io.penstock.gateway.edge.InFlight.Share;
import io.penstock.kit.failure.FailureException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class InFlightTest {

  private final InFlight inFlight = new InFlight(new InFlightConfig(2, 100));

  private static void assertOverloaded(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.failure()).isInstanceOf(Overloaded.class));
  }

  @Test
  void enter_untilCallsLeave() {
    Share first = inFlight.enter();
    inFlight.enter();
    assertOverloaded(inFlight::enter);
    first.leave();
    inFlight.enter();
  }

  @Test
  void hold_untilTheirCallLeaves() {
    Share first = inFlight.enter();
    Share second = inFlight.enter();
    first.hold(60);
    assertOverloaded(() -> second.hold(50));
    second.hold(40);
    first.leave();
    second.hold(60);
  }
}
