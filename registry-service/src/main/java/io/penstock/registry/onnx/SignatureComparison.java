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

  /// What a configuration declares beside a signature. It may leave tensors out, such as the state
  /// of a sequence, and may say more of a dimension than the signature does.
  ///
  /// @param word `input` or `output`, as the configuration's field is named
  public static List<FieldViolation> compareConfig(
      List<TensorSpec> declared, String word, List<TensorSpec> actual) {
    var comparison = new SignatureComparison();
    for (int i = 0; i < declared.size(); i++) {
      comparison.compareConfig("version.config.%s[%d]".formatted(word, i), declared.get(i), actual);
    }
    return List.copyOf(comparison.differences);
  }

  private void compareConfig(String path, TensorSpec tensor, List<TensorSpec> actual) {
    var counterpart = find(actual, tensor.name());
    if (counterpart.isEmpty()) {
      differ(path, "the model has no '%s', it has: %s".formatted(tensor.name(), names(actual)));
    } else if (!fits(tensor, counterpart.get())) {
      differ(
          path,
          "'%s' is declared as %s, the model has %s"
              .formatted(tensor.name(), tensor.describe(), counterpart.get().describe()));
    }
  }

  private static boolean fits(TensorSpec declared, TensorSpec actual) {
    return declared.datatype() == actual.datatype()
        && (actual.shape().isEmpty()
            || fits(declared.shape().orElse(List.of()), actual.shape().get()));
  }

  // Triton has no shape without dimensions: one value a row is [1] there.
  private static boolean fits(List<Long> declared, List<Long> actual) {
    if (declared.size() == actual.size() + 1 && declared.getLast() == 1) {
      return fits(declared.subList(0, actual.size()), actual);
    }
    if (declared.size() != actual.size()) {
      return false;
    }
    for (int i = 0; i < declared.size(); i++) {
      if (actual.get(i) != TensorSpec.VARIABLE
          && declared.get(i) != TensorSpec.VARIABLE
          && !declared.get(i).equals(actual.get(i))) {
        return false;
      }
    }
    return true;
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
