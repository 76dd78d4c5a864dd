package io.penstock.demo.training;

import io.penstock.proto.registry.v1.DatasetProfile;

/// A trained model in the three forms that somebody needs.
///
/// @param lightGbm the model as LightGBM writes it
public record TrainedModel(Recipe recipe, String lightGbm, TreeModel trees) {

  /// The model as an ONNX file.
  public byte[] onnx() {
    return OnnxTreeWriter.write(trees, recipe.name()).toByteArray();
  }

  /// How the columns of a table and the predictions on it are distributed.
  public DatasetProfile profile(TrainingTable table) {
    return Profiles.of(table).toBuilder()
        .addColumns(Profiles.of(OnnxTreeWriter.OUTPUT, trees.probabilities(table)))
        .build();
  }
}
