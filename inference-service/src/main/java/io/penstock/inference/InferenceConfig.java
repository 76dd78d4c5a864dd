package io.penstock.inference;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.nio.file.Path;

/// What the service as a whole is told.
///
/// @param device where models run; `AUTO` takes CUDA where it works
/// @param cacheDirectory where artifacts and the last releases are kept, so that a restart needs no
///   registry
@ConfigurationProperties("penstock.inference")
public record InferenceConfig(
    @Bindable(defaultValue = "AUTO") DeviceChoice device,
    @Bindable(defaultValue = "data/inference") Path cacheDirectory) {

  /// What may be configured as device.
  public enum DeviceChoice {
    AUTO,
    CPU,
    CUDA
  }
}
