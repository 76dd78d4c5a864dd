package io.penstock.registry.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.kit.failure.FieldViolation;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SignatureComparisonTest {

  private final Signature actual =
      new Signature(
          List.of(tensor("features", Datatype.FP32, -1, 9)),
          List.of(tensor("probability", Datatype.FP32, -1, 1)));

  @Test
  void compare_ofTheSame_findsNothing() {
    assertThat(SignatureComparison.compare(actual, actual)).isEmpty();
  }

  @Test
  void compare_ofAnotherShape_saysBoth() {
    assertThat(compareInput(tensor("features", Datatype.FP32, -1, 3)))
        .containsExactly(
            new FieldViolation(
                "version.signature.inputs[0]",
                "input 'features' is declared as FP32 [-1, 3], the model has FP32 [-1, 9]"));
  }

  @Test
  void compare_ofAnotherType_saysBoth() {
    assertThat(compareInput(tensor("features", Datatype.INT64, -1, 9)))
        .extracting(FieldViolation::description)
        .containsExactly(
            "input 'features' is declared as INT64 [-1, 9], the model has FP32 [-1, 9]");
  }

  @Test
  void compare_ofAnotherName_findsBothSides() {
    assertThat(compareInput(tensor("x", Datatype.FP32, -1, 9)))
        .extracting(FieldViolation::description)
        .containsExactly(
            "the model has no input 'x', it has: features",
            "the model has the input 'features' FP32 [-1, 9], which is not declared");
  }

  @Test
  void compare_withTheSameTwice_refuses() {
    var twice = tensor("features", Datatype.FP32, -1, 9);
    var declared = new Signature(List.of(twice, twice), actual.outputs());
    assertThat(SignatureComparison.compare(declared, actual))
        .extracting(FieldViolation::field)
        .containsExactly("version.signature.inputs[1]");
  }

  @Test
  void compare_withAModelThatLeavesTheShapeOpen_agreesWithAny() {
    var open =
        new Signature(
            List.of(new TensorSpec("features", Datatype.FP32, Optional.empty())), actual.outputs());
    assertThat(SignatureComparison.compare(actual, open)).isEmpty();
  }

  private List<FieldViolation> compareInput(TensorSpec declared) {
    return SignatureComparison.compare(new Signature(List.of(declared), actual.outputs()), actual);
  }

  static TensorSpec tensor(String name, Datatype type, long... shape) {
    return new TensorSpec(name, type, Optional.of(Arrays.stream(shape).boxed().toList()));
  }
}
