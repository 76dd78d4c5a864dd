package io.penstock.inference.repository;

import io.penstock.inference.serving.VersionConfig;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.function.Function;

/// What the configuration file of a model says.
///
/// @param fileName of the artifact in each version's folder; empty for the usual names
/// @param policy picks the versions that are served from those that are there, in any order
/// @param unused settings of Triton's that have no effect
record FolderConfig(
    VersionConfig config,
    Optional<String> fileName,
    Function<NavigableSet<Long>, List<Long>> policy,
    List<String> unused) {

  /// The names that an artifact may have, the usual one first.
  List<String> fileNames() {
    return fileName.map(List::of).orElseGet(() -> usualNames());
  }

  private List<String> usualNames() {
    return switch (config.platform()) {
      case ONNX -> List.of("model.onnx", "model.ort");
      case TOKENIZER -> List.of("tokenizer.json");
      case ENSEMBLE -> List.of();
    };
  }
}
