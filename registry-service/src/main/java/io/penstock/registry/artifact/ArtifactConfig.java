package io.penstock.registry.artifact;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.micronaut.core.convert.format.ReadableBytes;
import java.nio.file.Path;

/// Where artifacts lie and how large they may be.
///
/// @param store `files`, or `memory` for a registry that may forget
@ConfigurationProperties("penstock.artifacts")
record ArtifactConfig(
    @Bindable(defaultValue = "files") String store,
    @Bindable(defaultValue = "data/artifacts") Path directory,
    @ReadableBytes @Bindable(defaultValue = "1GB") long maxSize) {

  // What one protobuf message, and so one ONNX file, can hold.
  private static final long LARGEST = Integer.MAX_VALUE;

  ArtifactConfig {
    if (!store.equals("files") && !store.equals("memory")) {
      throw new IllegalArgumentException(
          "penstock.artifacts.store was '%s', expected files or memory".formatted(store));
    }
    if (maxSize < 1 || maxSize > LARGEST) {
      throw new IllegalArgumentException(
          "penstock.artifacts.max-size was %d bytes, expected 1 to %d".formatted(maxSize, LARGEST));
    }
  }
}
