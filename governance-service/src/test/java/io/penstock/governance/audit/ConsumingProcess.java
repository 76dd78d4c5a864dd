package io.penstock.governance.audit;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.governance.log.MerkleLog;
import io.penstock.kit.database.Database;
import io.penstock.kit.events.EventsConfig;
import io.penstock.kit.events.Topics;
import io.penstock.kit.events.postgres.PostgresEventLog;
import io.penstock.testkit.PostgresExtension;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;

/// Consumes the audit topic as the service does, until it is killed.
final class ConsumingProcess {

  private ConsumingProcess() {}

  public static void main(String... args) throws InterruptedException {
    String url = args[0];
    Path directory = Path.of(args[1]);
    var database = Database.open(PostgresExtension.config(url), "governance");
    database.migrate();
    var index = new AuditIndex(database.jdbi());
    var log = new MerkleLog(directory.resolve("log"), directory.resolve("key.pem"), "test/audit");
    var quarantine = new Quarantine(database.jdbi(), Clock.systemUTC(), new SimpleMeterRegistry());
    var intake = new AuditIntake(log, index, quarantine, Clock.systemUTC());
    new AuditLogStartup(log, index, intake).run();
    System.out.println("consuming");
    PostgresEventLog.open(EventsConfig.postgres(url, "postgres", ""), "killed")
        .subscribe(Topics.AUDIT, "governance", intake);
    new CountDownLatch(1).await();
  }
}
