package io.penstock.inference.sharedmemory;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/// Whether clients on this machine may hand tensors over in shared memory.
///
/// @param enabled off by default: who may register regions can read what this process's user can
///   read in `/dev/shm`
/// @param regions most regions that may be registered
/// @param maxTensorBytes most bytes that one tensor may take from a region
@ConfigurationProperties("penstock.inference.shared-memory")
public record SharedMemoryConfig(
    @Bindable(defaultValue = "false") boolean enabled,
    @Bindable(defaultValue = "256") int regions,
    @Bindable(defaultValue = "67108864") int maxTensorBytes) {

  public SharedMemoryConfig {
    requirePositive("regions", regions);
    requirePositive("max-tensor-bytes", maxTensorBytes);
  }

  private static void requirePositive(String key, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "penstock.inference.shared-memory.%s was %d, expected at least 1".formatted(key, value));
    }
  }
}
