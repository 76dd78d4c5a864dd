package io.penstock.testkit;

import io.penstock.kit.events.EventLog;
import io.penstock.kit.events.InMemoryEventLog;

final class InMemoryEventLogTest extends EventLogContract {

  private final InMemoryEventLog shared = new InMemoryEventLog();

  @Override
  protected EventLog open() {
    return shared;
  }
}
