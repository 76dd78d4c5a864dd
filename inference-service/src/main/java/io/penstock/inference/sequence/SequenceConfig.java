package io.penstock.inference.sequence;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/// What the sequences of all models may take together.
///
/// @param bytes of state that open sequences may hold
/// @param waiting steps that may wait in one sequence
@ConfigurationProperties("penstock.inference.sequence")
public record SequenceConfig(
    @Bindable(defaultValue = "268435456") long bytes, @Bindable(defaultValue = "64") int waiting) {

  public SequenceConfig {
    if (bytes < 1) {
      throw new IllegalArgumentException(
          "penstock.inference.sequence.bytes was %d, expected at least 1".formatted(bytes));
    }
    if (waiting < 1) {
      throw new IllegalArgumentException(
          "penstock.inference.sequence.waiting was %d, expected at least 1".formatted(waiting));
    }
  }

  public static SequenceConfig defaults() {
    return new SequenceConfig(256L << 20, 64);
  }
}
