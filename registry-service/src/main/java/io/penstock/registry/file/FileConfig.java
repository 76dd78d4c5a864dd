package io.penstock.registry.file;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.micronaut.core.convert.format.ReadableBytes;
import java.time.Duration;

/// How large files may be, how long an upload in parts may take, and when bytes without a name go.
///
/// @param maxUploads how many uploads in parts may be open at once
/// @param uploadExpiry how long an upload in parts waits for its completion
/// @param sweepInterval how often bytes without a name are looked for
/// @param sweepGrace how long bytes stay after they lost their last name
@ConfigurationProperties("penstock.files")
record FileConfig(
    @ReadableBytes @Bindable(defaultValue = "100GB") long maxSize,
    @Bindable(defaultValue = "1000") int maxUploads,
    @Bindable(defaultValue = "24h") Duration uploadExpiry,
    @Bindable(defaultValue = "10m") Duration sweepInterval,
    @Bindable(defaultValue = "24h") Duration sweepGrace) {

  FileConfig {
    requirePositive("max-size", maxSize);
    requirePositive("max-uploads", maxUploads);
    requirePositive("upload-expiry", uploadExpiry.toMillis());
    requirePositive("sweep-interval", sweepInterval.toMillis());
    requirePositive("sweep-grace", sweepGrace.toMillis());
  }

  private static void requirePositive(String key, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "penstock.files.%s was %d, expected more than 0".formatted(key, value));
    }
  }
}
