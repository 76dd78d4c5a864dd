package io.penstock.monitoring;

import io.penstock.kit.service.PenstockService;

/// The monitoring service's process.
public final class MonitoringService {

  private MonitoringService() {}

  public static void main(String... args) {
    PenstockService.named("monitoring").defaultPorts(9104, 9304).run(args);
  }
}
