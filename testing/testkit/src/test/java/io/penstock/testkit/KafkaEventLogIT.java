package io.penstock.testkit;

import io.penstock.kit.events.EventLog;
import io.penstock.kit.events.EventsConfig;
import io.penstock.kit.events.kafka.KafkaEventLog;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

final class KafkaEventLogIT extends RemoteEventLogContract {

  private static KafkaBroker broker;

  @BeforeAll
  static void launch() {
    broker = KafkaBroker.launch();
  }

  @AfterAll
  static void end() {
    broker.close();
  }

  @Override
  protected EventLog open() {
    return KafkaEventLog.open(EventsConfig.kafka(broker.bootstrapServers()), "test");
  }

  @Override
  protected void stopLog() {
    broker.kill();
  }

  @Override
  protected void startLog() {
    broker.start();
  }
}
