package io.penstock.inference.runtime;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/// How ONNX Runtime is used.
///
/// @param intraOpThreads threads of one run; more than 1 helps only a single large model on an idle
///   machine
/// @param runnerMemory bytes that a runner keeps for reused inputs and outputs
@ConfigurationProperties("penstock.inference.runtime")
public record RuntimeConfig(
    @Bindable(defaultValue = "1") int intraOpThreads,
    @Bindable(defaultValue = "16777216") long runnerMemory) {

  public RuntimeConfig {
    if (intraOpThreads < 1) {
      throw new IllegalArgumentException(
          "penstock.inference.runtime.intra-op-threads was "
              + intraOpThreads
              + ", expected at least 1");
    }
    if (runnerMemory < 0) {
      throw new IllegalArgumentException(
          "penstock.inference.runtime.runner-memory was " + runnerMemory + ", expected 0 or more");
    }
  }

  public static RuntimeConfig defaults() {
    return new RuntimeConfig(1, 16 << 20);
  }
}
