package io.penstock.inference.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LeasesTest {

  @Test
  void retire_withoutLeases() {
    assertThat(new Leases().retire()).isDone();
  }

  @Test
  void retire_withLeases_waitsForTheLast() {
    var leases = new Leases();
    assertThat(leases.acquire()).isTrue();
    assertThat(leases.acquire()).isTrue();
    var unused = leases.retire();
    leases.release();
    assertThat(unused).isNotDone();
    assertThat(leases.acquire()).isFalse();
    leases.release();
    assertThat(unused).isDone();
  }

  @Test
  void retire_twice() {
    var leases = new Leases();
    assertThat(leases.acquire()).isTrue();
    leases.retire();
    var unused = leases.retire();
    leases.release();
    assertThat(unused).isDone();
  }

  @Test
  void retire_underManyHands_neverEndsUnderAny() throws InterruptedException {
    for (int round = 0; round < 100; round++) {
      var leases = new Leases();
      var inUse = new AtomicInteger();
      var violations = new AtomicInteger();
      try (var threads = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
        for (int i = 0; i < 4; i++) {
          threads.execute(() -> use(leases, inUse));
        }
        threads.execute(
            () -> leases.retire().thenRun(() -> violations.addAndGet(inUse.get())).join());
      }
      assertThat(violations).hasValue(0);
    }
  }

  private static void use(Leases leases, AtomicInteger inUse) {
    while (leases.acquire()) {
      inUse.incrementAndGet();
      inUse.decrementAndGet();
      leases.release();
    }
  }
}
