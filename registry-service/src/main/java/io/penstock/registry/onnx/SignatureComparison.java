package io.penstock.registry.onnx;

import io.penstock.kit.failure.FieldViolation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// A declared signature beside the one that was read from the file: every difference in words,
/// under the declared field.
public final class SignatureComparison {

  private final List<FieldViolation> differences = new ArrayList<>();

  private SignatureComparison() {}

  public static List<FieldViolation> compare(Signature declared, Signature actual) {
    var comparison = new SignatureComparison();
    comparison.compare("inputs", "input", declared.inputs(), actual.inputs());
    comparison.compare("outputs", "output", declared.outputs(), actual.outputs());
    return List.copyOf(comparison.differences);
  }

  private void compare(
      String field, String word, List<TensorSpec> declared, List<TensorSpec> actual) {
    var seen = new HashSet<String>();
    for (int i = 0; i < declared.size(); i++) {
      var path = "version.signature.%s[%d]".formatted(field, i);
      var tensor = declared.get(i);
      var counterpart = find(actual, tensor.name());
      if (!seen.add(tensor.name())) {
        differ(path, "%s '%s' is declared twice".formatted(word, tensor.name()));
      } else if (counterpart.isEmpty()) {
        differ(
            path,
            "the model has no %s '%s', it has: %s".formatted(word, tensor.name(), names(actual)));
      } else if (!agree(tensor, counterpart.get())) {
        differ(
            path,
            "%s '%s' is declared as %s, the model has %s"
                .formatted(word, tensor.name(), tensor.describe(), counterpart.get().describe()));
      }
    }
    actual.stream()
        .filter(tensor -> !seen.contains(tensor.name()))
        .forEach(
            tensor ->
                differ(
                    "version.signature." + field,
                    "the model has the %s '%s' %s, which is not declared"
                        .formatted(word, tensor.name(), tensor.describe())));
  }

  // A file that leaves the shape open agrees with any.
  private static boolean agree(TensorSpec declared, TensorSpec actual) {
    return declared.datatype() == actual.datatype()
        && (actual.shape().isEmpty() || declared.shape().equals(actual.shape()));
  }

  private static Optional<TensorSpec> find(List<TensorSpec> tensors, String name) {
    return tensors.stream().filter(tensor -> tensor.name().equals(name)).findFirst();
  }

  private static String names(List<TensorSpec> tensors) {
    return tensors.stream().map(TensorSpec::name).collect(Collectors.joining(", "));
  }

  private void differ(String field, String description) {
    differences.add(new FieldViolation(field, description));
  }
}
