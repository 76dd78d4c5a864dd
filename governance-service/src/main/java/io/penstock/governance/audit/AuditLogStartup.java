package io.penstock.governance.audit;

import io.micronaut.core.annotation.Order;
import io.penstock.governance.log.MerkleLog;
import io.penstock.kit.service.StartupStep;
import jakarta.inject.Singleton;

/// Opens the audit log once the database is there to bear witness of its size, and brings the index
/// up to it.
@Singleton
@Order(AuditLogStartup.AFTER_DATABASE)
final class AuditLogStartup implements StartupStep {

  static final int AFTER_DATABASE = 100;

  private final MerkleLog log;
  private final AuditIndex index;
  private final AuditIntake intake;

  AuditLogStartup(MerkleLog log, AuditIndex index, AuditIntake intake) {
    this.log = log;
    this.index = index;
    this.intake = intake;
  }

  @Override
  public String name() {
    return "audit log";
  }

  @Override
  public void run() {
    log.open(index.size());
    intake.catchUp();
  }
}
