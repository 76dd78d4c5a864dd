package io.penstock.registry.benchmark;

import io.penstock.kit.failure.InvalidArguments;
import io.penstock.registry.artifact.ArtifactDigest;
import io.penstock.registry.dataset.DatasetFile;
import io.penstock.registry.dataset.DatasetName;
import io.penstock.registry.dataset.Datasets;
import jakarta.inject.Singleton;
import org.jdbi.v3.core.Jdbi;

/// Finds the file that a suite names: an artifact, or a file of a snapshot's manifest.
@Singleton
final class SuiteData {

  private final Jdbi jdbi;

  SuiteData(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /// @param dataset where it is not empty, `path` is looked up in it and `artifact` means nothing
  ArtifactDigest find(String artifact, String dataset, String path) {
    return dataset.isEmpty()
        ? ArtifactDigest.ofName("suite.data", artifact)
        : inSnapshot(DatasetName.parse("suite.dataset", dataset), path);
  }

  private ArtifactDigest inSnapshot(DatasetName name, String path) {
    var dataset = jdbi.withHandle(handle -> Datasets.require(handle, name));
    return dataset.manifest().stream()
        .flatMap(manifest -> manifest.files().stream())
        .filter(file -> file.path().equals(path))
        .map(DatasetFile::sha256)
        .map(ArtifactDigest::new)
        .findFirst()
        .orElseThrow(
            () ->
                InvalidArguments.of(
                    "suite.dataset_path",
                    "was '%s', which the manifest of %s does not list".formatted(path, name)));
  }
}
