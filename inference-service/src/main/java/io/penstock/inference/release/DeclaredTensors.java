package io.penstock.inference.release;

import io.penstock.inference.serving.VersionConfig;
import io.penstock.inference.tensor.ModelInterface;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.TensorSpec;
import java.util.List;

/// Holds the tensors that a configuration declares against those of the model. It may leave some
/// out, and say more of a size than the model does.
final class DeclaredTensors {

  private DeclaredTensors() {}

  /// Throws [IllegalArgumentException] for the first that does not fit.
  static void check(VersionConfig config, ModelInterface model) {
    config.inputs().forEach(declared -> check("config.input", declared, model.inputs()));
    config.outputs().forEach(declared -> check("config.output", declared, model.outputs()));
  }

  private static void check(String field, TensorSpec declared, List<TensorSpec> actual) {
    var same =
        actual.stream()
            .filter(spec -> spec.name().equals(declared.name()))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "%s declares '%s', the model has %s"
                            .formatted(
                                field,
                                declared.name(),
                                actual.stream().map(TensorSpec::name).toList())));
    if (declared.type() != same.type() || !fits(declared.shape(), same.shape())) {
      throw new IllegalArgumentException(
          "%s declares '%s' as %s %s, the model has %s %s"
              .formatted(
                  field,
                  declared.name(),
                  declared.type(),
                  declared.shape(),
                  same.type(),
                  same.shape()));
    }
  }

  // Triton has no shape without dimensions: one value a row is [1] there.
  private static boolean fits(Shape declared, Shape actual) {
    int extra = declared.rank() - actual.rank();
    if (extra != 0 && !(extra == 1 && declared.dimension(actual.rank()) == 1)) {
      return false;
    }
    for (int i = 0; i < actual.rank(); i++) {
      long one = declared.dimension(i);
      long other = actual.dimension(i);
      if (one != Shape.ANY && other != Shape.ANY && one != other) {
        return false;
      }
    }
    return true;
  }
}
