package io.penstock.registry.mlmodel;

import io.penstock.registry.mlmodel.ModelDescription.DeclaredTensor;
import io.penstock.registry.onnx.Signature;
import io.penstock.registry.onnx.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What `MLmodel` declares of a model beside what the file itself says. The file is right; where it
/// leaves a shape open, the declaration completes it.
final class DeclaredSignature {

  private final List<String> differences = new ArrayList<>();
  private boolean compared;

  private DeclaredSignature() {}

  /// @param findings gets what differs, in words
  static Signature complete(Signature actual, ModelDescription description, List<String> findings) {
    var declared = new DeclaredSignature();
    var signature =
        new Signature(
            declared.complete("input", actual.inputs(), description.inputs()),
            declared.complete("output", actual.outputs(), description.outputs()));
    if (declared.compared) {
      findings.add(
          declared.differences.isEmpty()
              ? "the file agrees with MLmodel"
              : "the file differs from MLmodel: " + String.join("; ", declared.differences));
    }
    return signature;
  }

  private List<TensorSpec> complete(
      String word, List<TensorSpec> actual, List<DeclaredTensor> declared) {
    if (declared.isEmpty()) {
      return actual;
    }
    compared = true;
    declared.stream()
        .filter(tensor -> !tensor.name().isEmpty() && !has(actual, tensor.name()))
        .forEach(
            tensor ->
                differences.add(
                    "%s '%s' %s is declared and not there"
                        .formatted(word, tensor.name(), tensor.spec().describe())));
    return actual.stream()
        .map(tensor -> complete(word, tensor, counterpart(tensor, actual, declared)))
        .toList();
  }

  private static boolean has(List<TensorSpec> tensors, String name) {
    return tensors.stream().anyMatch(tensor -> tensor.name().equals(name));
  }

  // One tensor needs no name.
  private static Optional<TensorSpec> counterpart(
      TensorSpec tensor, List<TensorSpec> actual, List<DeclaredTensor> declared) {
    if (actual.size() == 1 && declared.size() == 1 && declared.getFirst().name().isEmpty()) {
      return Optional.of(declared.getFirst().spec());
    }
    return declared.stream()
        .filter(candidate -> candidate.name().equals(tensor.name()))
        .map(DeclaredTensor::spec)
        .findFirst();
  }

  private TensorSpec complete(String word, TensorSpec tensor, Optional<TensorSpec> declared) {
    if (declared.isEmpty()) {
      differences.add("%s '%s' is not declared".formatted(word, tensor.name()));
      return tensor;
    }
    var spec = declared.get();
    var whole = tensor.shape().isPresent() ? tensor : withShape(tensor, spec);
    if (spec.datatype() != tensor.datatype() || !whole.shape().equals(spec.shape())) {
      differences.add(
          "%s '%s' is declared as %s, the file has %s"
              .formatted(word, tensor.name(), spec.describe(), tensor.describe()));
    }
    return whole;
  }

  private static TensorSpec withShape(TensorSpec tensor, TensorSpec declared) {
    return new TensorSpec(tensor.name(), tensor.datatype(), declared.shape());
  }
}
