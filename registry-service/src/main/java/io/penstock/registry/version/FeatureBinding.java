package io.penstock.registry.version;

import io.penstock.registry.onnx.Signature;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/// How the columns of one input tensor come about: from the request, or from a feature view.
public record FeatureBinding(String input, List<Column> columns) {

  private static final String FIELD = "version.feature_binding";

  /// One column, with the feature that fills it; without one the request does.
  public record Column(String name, Optional<Reference> feature) {}

  /// A feature of a feature view.
  ///
  /// @param entityInput the request tensor with the entity key; empty for one named as the view's
  ///   entity
  public record Reference(String featureView, String feature, String entityInput) {}

  public FeatureBinding {
    columns = List.copyOf(columns);
  }

  /// Says, field by field, what keeps this binding from filling an input of the signature.
  public void check(Signature signature, BiConsumer<String, String> problems) {
    checkInput(signature, problems);
    var taken = new HashSet<String>();
    signature.inputs().forEach(tensor -> taken.add(tensor.name()));
    for (int i = 0; i < columns.size(); i++) {
      var column = columns.get(i).name();
      if (!taken.add(column)) {
        problems.accept(
            FIELD + ".columns[%d].name".formatted(i),
            "'%s' names another column or an input of the model already".formatted(column));
      }
    }
  }

  private void checkInput(Signature signature, BiConsumer<String, String> problems) {
    var bound = signature.input(input);
    if (bound.isEmpty()) {
      problems.accept(
          FIELD + ".input", "was '%s', which is no input of the model".formatted(input));
      return;
    }
    var tensor = bound.get();
    if (!tensor.datatype().isNumeric()) {
      problems.accept(FIELD + ".input", "is %s, expected numbers".formatted(tensor.describe()));
    }
    if (tensor.shape().filter(shape -> shape.size() != 2).isPresent()) {
      problems.accept(
          FIELD + ".input", "is %s, expected [rows, columns]".formatted(tensor.describe()));
    }
    tensor
        .lastDimension()
        .filter(width -> width != columns.size())
        .ifPresent(
            width ->
                problems.accept(
                    FIELD + ".columns",
                    "has %d columns, expected %d: '%s' is %s"
                        .formatted(columns.size(), width, input, tensor.describe())));
  }
}
