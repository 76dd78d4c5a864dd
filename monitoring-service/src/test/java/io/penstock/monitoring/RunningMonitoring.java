package io.penstock.monitoring;

import io.penstock.kit.events.EventLog;
import io.penstock.testkit.RecordingHandler;
import io.penstock.testkit.ServiceExtension;
import java.util.UUID;

/// The service as its tests run it: it judges often and closes windows by event time alone.
final class RunningMonitoring {

  private RunningMonitoring() {}

  static ServiceExtension beside(FakeRegistry registry) {
    return ServiceExtension.of("monitoring")
        .with("penstock.peers.registry", registry::address)
        .with("penstock.monitoring.otlp-port", 0)
        .with("penstock.monitoring.judge-interval", "100ms")
        .with("penstock.monitoring.idle-close", "1h")
        .with("penstock.monitoring.window", "1h");
  }

  /// Hears what is said on a topic from its beginning.
  static RecordingHandler subscribe(ServiceExtension monitoring, String topic) {
    var handler = new RecordingHandler();
    monitoring.bean(EventLog.class).subscribe(topic, "test-" + UUID.randomUUID(), handler);
    return handler;
  }
}
