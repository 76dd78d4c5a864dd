package io.penstock.inference.infer;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/// What one stream of requests may have.
///
/// @param inFlight requests that were taken from it and whose answers have not left
@ConfigurationProperties("penstock.inference.stream")
public record InferStreamConfig(@Bindable(defaultValue = "64") int inFlight) {

  public InferStreamConfig {
    if (inFlight < 1) {
      throw new IllegalArgumentException(
          "penstock.inference.stream.in-flight was %d, expected at least 1".formatted(inFlight));
    }
  }
}
