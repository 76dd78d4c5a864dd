package io.penstock.feature;

import io.penstock.kit.service.PenstockService;

/// Runs feature-service on its own.
public final class FeatureService {

  private FeatureService() {}

  public static void main(String... args) {
    PenstockService.named("feature").defaultPorts(9102, 9302).run(args);
  }
}
