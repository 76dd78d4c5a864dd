package io.penstock.governance;

import io.penstock.kit.service.PenstockService;

/// Starts governance-service.
public final class GovernanceService {

  private GovernanceService() {}

  public static void main(String... args) {
    PenstockService.named("governance").defaultPorts(9105, 9305).run(args);
  }
}
