package io.penstock.monitoring.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.monitoring.window.Window;
import io.penstock.testkit.FakeClock;
import io.penstock.testkit.PostgresExtension;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class WebhookQueueIT {

  private static final Duration LEASE = Duration.ofMinutes(1);

  @RegisterExtension static final PostgresExtension postgres = PostgresExtension.shared();

  private final Jdbi jdbi = postgres.open("monitoring").jdbi();
  private final FakeClock clock = FakeClock.create();
  private final WebhookQueue queue = new WebhookQueue(jdbi);

  @Test
  void take_holdsADeliveryForItsLease() {
    enqueue("a");

    var taken = queue.take(clock.instant(), LEASE, 10);

    assertThat(taken).hasSize(1);
    assertThat(taken.getFirst().attempts()).isEqualTo(1);
    assertThat(taken.getFirst().kind()).isEqualTo("LATENCY");
    assertThat(queue.take(clock.instant(), LEASE, 10)).isEmpty();
    // Whoever took it died: another comes.
    clock.advance(LEASE);
    assertThat(queue.take(clock.instant(), LEASE, 10)).hasSize(1);
  }

  @Test
  void take_afterItIsFinished_givesNothing() {
    enqueue("a");
    enqueue("b");
    var taken = queue.take(clock.instant(), LEASE, 10);

    queue.delivered(taken.getFirst().sequence());
    queue.abandon(taken.getLast().sequence());
    clock.advance(LEASE);

    assertThat(queue.take(clock.instant(), LEASE, 10)).isEmpty();
  }

  @Test
  void retry_comesAgainWhenItIsTime() {
    enqueue("a");
    var taken = queue.take(clock.instant(), LEASE, 10).getFirst();

    queue.retry(taken.sequence(), clock.instant().plusSeconds(5));

    assertThat(queue.take(clock.instant().plusSeconds(4), LEASE, 10)).isEmpty();
    assertThat(queue.take(clock.instant().plusSeconds(5), LEASE, 10)).hasSize(1);
  }

  @Test
  void trim_givesUpTheOldest() {
    for (var model : new String[] {"a", "b", "c", "d", "e"}) {
      enqueue(model);
    }

    assertThat(queue.trim(2)).isEqualTo(3);

    assertThat(queue.take(clock.instant(), LEASE, 10))
        .extracting(WebhookQueue.Delivery::model)
        .containsExactlyInAnyOrder("d", "e");
    assertThat(queue.trim(2)).isZero();
  }

  private void enqueue(String model) {
    var reading =
        new AlertReading(
            AlertKind.LATENCY,
            "",
            Window.of(clock.instant(), Duration.ofHours(1)),
            true,
            Severity.WARNING,
            "slow",
            Map.of(),
            "");
    var id = UUID.randomUUID();
    var event =
        AlertProtos.toEvent(
            new AlertNotification(id, model, "1", reading, clock.instant(), clock.instant()));
    jdbi.useHandle(
        handle ->
            new AlertRepository(jdbi)
                .append(handle, id, model, event.payload(), clock.instant(), true));
  }
}
