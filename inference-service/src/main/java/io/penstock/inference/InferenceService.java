package io.penstock.inference;

import io.penstock.kit.service.PenstockService;

/// The inference service as a process.
public final class InferenceService {

  private InferenceService() {}

  public static void main(String... args) {
    PenstockService.named("inference")
        .defaultPorts(9103, 9303)
        .defaultValue("penstock.inference.rest.port", 9203)
        .run(args);
  }
}
