package io.penstock.mlflow.artifacts;

import java.time.Duration;

/// How files are moved.
///
/// @param parallel how many files or parts move at once
/// @param multipartFrom from how many bytes on a file goes in parts, where the server takes parts
/// @param partSize bytes of a part
/// @param timeout how long the server may take to begin its answer, and how long a body may stand
///   still; one that moves may take as long as it needs
/// @param retries how often one call is tried again after its first failure
public record TransferOptions(
    int parallel, long multipartFrom, long partSize, Duration timeout, int retries) {

  /// Four at once, parts of 100 MiB from 500 MiB on, a minute, five retries.
  public static final TransferOptions DEFAULT =
      new TransferOptions(4, 500L << 20, 100L << 20, Duration.ofMinutes(1), 5);

  public TransferOptions {
    if (parallel < 1 || multipartFrom < 0 || partSize < 1 || !timeout.isPositive() || retries < 0) {
      throw new IllegalArgumentException(
          "expected at least one transfer at once, parts of at least a byte, a positive timeout and no less than 0 retries");
    }
  }
}
