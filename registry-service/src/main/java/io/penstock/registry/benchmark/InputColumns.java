package io.penstock.registry.benchmark;

import io.penstock.registry.RegistryFailure.BenchmarkVersionUnfit;
import io.penstock.registry.RegistryFailure.VersionNotServable;
import io.penstock.registry.onnx.Signature;
import io.penstock.registry.onnx.TensorSpec;
import io.penstock.registry.version.FeatureBinding;
import io.penstock.registry.version.ModelVersion;
import java.util.List;

/// An input tensor and the columns of the file that fill it.
record InputColumns(String input, List<String> columns) {

  InputColumns {
    columns = List.copyOf(columns);
  }

  /// How the rows of a suite become the inputs of a version: by the columns of its feature binding,
  /// else a column for each input of that name, else all columns as the only input's matrix.
  static List<InputColumns> of(ModelVersion version, Suite suite) {
    if (version.artifact().isEmpty()) {
      throw new VersionNotServable(version.name().toString()).exception();
    }
    return version.signature().inputs().stream()
        .map(input -> fill(version, input, suite.columns()))
        .toList();
  }

  private static InputColumns fill(ModelVersion version, TensorSpec input, List<String> columns) {
    var wanted = wanted(version, input, columns);
    if (!columns.containsAll(wanted)) {
      throw unfit(
          version,
          "its input '%s' takes the columns %s, the suite has %s"
              .formatted(input.name(), wanted, columns));
    }
    if (input.lastDimension().filter(width -> wide(input) && width != wanted.size()).isPresent()) {
      throw unfit(
          version,
          "its input '%s' is %s, the suite gives it %d columns"
              .formatted(input.name(), input.describe(), wanted.size()));
    }
    return new InputColumns(input.name(), wanted);
  }

  private static List<String> wanted(ModelVersion version, TensorSpec input, List<String> columns) {
    return version
        .featureBinding()
        .filter(binding -> binding.input().equals(input.name()))
        .map(binding -> binding.columns().stream().map(FeatureBinding.Column::name).toList())
        .orElseGet(() -> unbound(version.signature(), input, columns));
  }

  private static List<String> unbound(Signature signature, TensorSpec input, List<String> columns) {
    boolean only = signature.inputs().size() == 1;
    return only && !columns.contains(input.name()) ? columns : List.of(input.name());
  }

  // [rows] has no width; [rows, columns] has.
  private static boolean wide(TensorSpec input) {
    return input.shape().filter(shape -> shape.size() > 1).isPresent();
  }

  private static RuntimeException unfit(ModelVersion version, String detail) {
    return new BenchmarkVersionUnfit(version.name().toString(), detail).exception();
  }
}
