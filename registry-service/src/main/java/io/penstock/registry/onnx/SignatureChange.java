package io.penstock.registry.onnx;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A model's signature beside that of the model before it: whether its callers can go on as they
/// are, and every difference in words.
public final class SignatureChange {

  private final List<String> breaking = new ArrayList<>();
  private final List<String> harmless = new ArrayList<>();

  private SignatureChange() {}

  /// @param former what people call the model before
  public static String describe(String former, Signature before, Signature after) {
    var change = new SignatureChange();
    change.compareInputs(before.inputs(), after.inputs());
    change.compareOutputs(before.outputs(), after.outputs());
    return change.words(former);
  }

  private String words(String former) {
    var differences = new ArrayList<>(breaking);
    differences.addAll(harmless);
    return "%s %s: %s"
        .formatted(
            breaking.isEmpty() ? "compatible with" : "not compatible with",
            former,
            differences.isEmpty()
                ? "same inputs and outputs"
                : differences.stream().collect(joining("; ")));
  }

  // A caller sends all that was asked for, and nothing else.
  private void compareInputs(List<TensorSpec> before, List<TensorSpec> after) {
    for (var input : after) {
      find(before, input.name())
          .ifPresentOrElse(
              old -> compare("input", old, input, takes(input, old)),
              () -> breaking.add("input '%s' %s is new".formatted(input.name(), input.describe())));
    }
    missing(before, after)
        .forEach(input -> breaking.add("input '%s' is gone".formatted(input.name())));
  }

  // A caller may read any output, and leaves those alone that it does not know.
  private void compareOutputs(List<TensorSpec> before, List<TensorSpec> after) {
    for (var output : after) {
      find(before, output.name())
          .ifPresentOrElse(
              old -> compare("output", old, output, takes(old, output)),
              () ->
                  harmless.add(
                      "output '%s' %s is new".formatted(output.name(), output.describe())));
    }
    missing(before, after)
        .forEach(output -> breaking.add("output '%s' is gone".formatted(output.name())));
  }

  private void compare(String word, TensorSpec before, TensorSpec after, boolean fits) {
    if (!before.equals(after)) {
      (fits ? harmless : breaking)
          .add(
              "%s '%s' was %s and is %s"
                  .formatted(word, after.name(), before.describe(), after.describe()));
    }
  }

  /// Whether whatever is a value of the narrow tensor is one of the wide tensor too.
  private static boolean takes(TensorSpec wide, TensorSpec narrow) {
    return wide.datatype() == narrow.datatype()
        && (wide.shape().isEmpty()
            || narrow.shape().filter(shape -> takes(wide.shape().get(), shape)).isPresent());
  }

  private static boolean takes(List<Long> wide, List<Long> narrow) {
    if (wide.size() != narrow.size()) {
      return false;
    }
    for (int i = 0; i < wide.size(); i++) {
      if (wide.get(i) != TensorSpec.VARIABLE && !wide.get(i).equals(narrow.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static List<TensorSpec> missing(List<TensorSpec> before, List<TensorSpec> after) {
    return before.stream().filter(tensor -> find(after, tensor.name()).isEmpty()).toList();
  }

  private static Optional<TensorSpec> find(List<TensorSpec> tensors, String name) {
    return tensors.stream().filter(tensor -> tensor.name().equals(name)).findFirst();
  }
}
