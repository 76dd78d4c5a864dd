package io.penstock.mlflow.artifacts;

import java.util.Optional;

/// What lies in a run's artifacts.
///
/// @param path below the root of the run's artifacts
/// @param size 0 for a directory
/// @param sha256 lower-case hex; empty where the server tells none
public record RemoteFile(String path, boolean isDirectory, long size, Optional<String> sha256) {

  /// The last segment.
  public String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
