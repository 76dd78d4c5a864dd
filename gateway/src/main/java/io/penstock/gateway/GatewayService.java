package io.penstock.gateway;

import io.penstock.kit.service.PenstockService;

/// The gateway as a process of its own.
public final class GatewayService {

  private GatewayService() {}

  public static void main(String[] args) {
    PenstockService.named("gateway").defaultPorts(8081, 8082).run(args);
  }
}
