package io.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.penstock.kit.events.Event;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.KitFailure.DependencyUnavailable;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What an event log in another process promises besides: to fail clearly and soon while that
/// process is away, and to go on by itself when it is back.
public abstract class RemoteEventLogContract extends EventLogContract {

  private static final Duration FAILS_WITHIN = Duration.ofSeconds(15);

  protected abstract void stopLog();

  protected abstract void startLog();

  @Test
  void append_whileAway_failsClearlyAndWorksAgain() throws Exception {
    var seen = new RecordingHandler();
    log.subscribe(topic, "g", seen);
    List<Event> events = events("a", 30);
    log.append(topic, events.subList(0, 10));
    seen.awaitIds(10, PATIENCE);
    stopLog();
    try {
      assertAppendFails(events.subList(10, 20));
    } finally {
      startLog();
    }
    Eventually.become(PATIENCE, () -> appended(events.subList(10, 20)));
    log.append(topic, events.subList(20, 30));
    assertThat(seen.awaitIds(30, PATIENCE)).isEqualTo(ids(events));
  }

  @Test
  void open_whileAway_waits() throws Exception {
    List<Event> events = events("a", 3);
    log.append(topic, events);
    stopLog();
    var seen = new RecordingHandler();
    try {
      client().subscribe(topic, "late", seen);
    } finally {
      startLog();
    }
    assertThat(seen.awaitIds(3, PATIENCE)).isEqualTo(ids(events));
  }

  private void assertAppendFails(List<Event> events) {
    long began = System.nanoTime();
    var failure = catchThrowableOfType(FailureException.class, () -> log.append(topic, events));
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(FAILS_WITHIN);
    assertThat(failure.failure())
        .isInstanceOfSatisfying(
            DependencyUnavailable.class,
            away -> assertThat(away.dependency()).isEqualTo("event log"));
  }

  private boolean appended(List<Event> events) {
    log.append(topic, events);
    return true;
  }
}
