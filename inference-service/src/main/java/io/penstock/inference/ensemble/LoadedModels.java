package io.penstock.inference.ensemble;

import java.util.List;

/// The models that are served now, as steps see them.
@FunctionalInterface
interface LoadedModels {

  /// The versions of a model that may answer.
  ///
  /// @param version a pinned one; empty for all that the model's release splits requests between
  List<StepModel> of(String model, String version);
}
