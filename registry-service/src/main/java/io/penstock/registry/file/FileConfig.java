package io.penstock.registry.file;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.micronaut.core.convert.format.ReadableBytes;
import java.time.Duration;

/// How large files may be, and how long an upload in parts may take.
///
/// @param maxUploads how many uploads in parts may be open at once
/// @param uploadExpiry how long an upload in parts waits for its completion
@ConfigurationProperties("penstock.files")
record FileConfig(
    @ReadableBytes @Bindable(defaultValue = "100GB") long maxSize,
    @Bindable(defaultValue = "1000") int maxUploads,
    @Bindable(defaultValue = "24h") Duration uploadExpiry) {

  FileConfig {
    requirePositive("max-size", maxSize);
    requirePositive("max-uploads", maxUploads);
    requirePositive("upload-expiry", uploadExpiry.toMillis());
  }

  private static void requirePositive(String key, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "penstock.files.%s was %d, expected more than 0".formatted(key, value));
    }
  }
}
