package io.penstock.governance.audit;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.penstock.governance.GovernanceConfig;
import io.penstock.governance.log.MerkleLog;
import jakarta.inject.Singleton;

/// The audit log as a bean, not open yet.
@Factory
final class AuditLogFactory {

  @Singleton
  @Bean(preDestroy = "close")
  MerkleLog auditLog(GovernanceConfig config) {
    return new MerkleLog(config.logDirectory(), config.signingKeyFile(), config.origin());
  }
}
