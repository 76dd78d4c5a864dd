package io.penstock.inference.repository;

import io.penstock.inference.release.WantedRelease;
import io.penstock.inference.serving.VersionName;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// What a model's folder asks for.
///
/// @param release empty where nothing of it can be served
/// @param files of its artifacts, by digest
/// @param problems of what is left out
record FolderReading(
    Optional<WantedRelease> release, Map<String, Path> files, Map<VersionName, String> problems) {

  FolderReading {
    files = Map.copyOf(files);
    problems = Map.copyOf(problems);
  }

  static FolderReading broken(String model, String reason) {
    return new FolderReading(
        Optional.empty(), Map.of(), Map.of(new VersionName(model, ""), reason));
  }

  /// What was asked for before goes on where nothing can be asked for now; why is told.
  FolderReading orRelease(FolderReading before) {
    return release.isPresent()
        ? this
        : new FolderReading(before.release(), before.files(), problems);
  }
}
