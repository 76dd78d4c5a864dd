package io.penstock.registry;

import io.penstock.kit.service.PenstockService;

/// The registry as a process of its own.
public final class RegistryService {

  private RegistryService() {}

  public static void main(String... args) {
    PenstockService.named("registry").defaultPorts(9101, 9301).run(args);
  }
}
