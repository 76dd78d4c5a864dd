package io.penstock.demo.training;

/// A trained model in the three forms that somebody needs.
///
/// @param lightGbm the model as LightGBM writes it
public record TrainedModel(Recipe recipe, String lightGbm, TreeModel trees) {

  /// The model as an ONNX file.
  public byte[] onnx() {
    return OnnxTreeWriter.write(trees, recipe.name()).toByteArray();
  }
}
