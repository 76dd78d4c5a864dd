package io.penstock.inference.runtime;

import io.penstock.inference.InferenceConfig.DeviceChoice;
import java.util.Optional;

/// Where models run, and in words why.
public record Device(boolean cuda, String reason) {

  /// Decides from what was asked for and what stands in the way of CUDA, if anything does.
  static Device choose(DeviceChoice choice, Optional<String> cudaObstacle) {
    return switch (choice) {
      case CPU -> new Device(false, "configured");
      case AUTO ->
          cudaObstacle
              .map(obstacle -> new Device(false, "no usable GPU: " + obstacle))
              .orElseGet(() -> new Device(true, "found"));
      case CUDA -> cudaObstacle.map(Device::refuse).orElseGet(() -> new Device(true, "configured"));
    };
  }

  private static Device refuse(String obstacle) {
    throw new IllegalStateException(
        "penstock.inference.device is cuda, but CUDA cannot be used: " + obstacle);
  }

  /// `cpu` or `cuda`.
  public String name() {
    return cuda ? "cuda" : "cpu";
  }
}
