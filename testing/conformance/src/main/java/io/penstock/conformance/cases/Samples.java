package io.penstock.conformance.cases;

import io.penstock.conformance.model.Models;
import io.penstock.conformance.wire.Datatype;
import io.penstock.conformance.wire.InferCall;
import io.penstock.conformance.wire.Tensor;
import io.penstock.conformance.wire.Values;
import java.util.stream.IntStream;

/// Right tensors and calls that cases start from.
final class Samples {

  private Samples() {}

  /// `INPUT0` of a shape, filled with different values.
  static Tensor input(Datatype type, long... shape) {
    int count = 1;
    for (long dimension : shape) {
      count *= (int) dimension;
    }
    return Tensor.of("INPUT0", type, Values.sample(type, count), shape);
  }

  /// What an identity model answers to its input.
  static Tensor output(Tensor input) {
    return input.named("OUTPUT0");
  }

  static Tensor fp32(float... values) {
    return Tensor.of("INPUT0", Datatype.FP32, Values.fp32(values), 1, values.length);
  }

  /// A right call of a model that takes rows of FP32: [2, 3].
  static InferCall identity() {
    return InferCall.of(Models.identity("FP32"), input(Datatype.FP32, 2, 3));
  }

  /// An input of the add-and-subtract model: rows that begin with `first`.
  static Tensor simpleInput(String name, int rows, int first) {
    int[] values = IntStream.range(0, rows * Models.SIMPLE_WIDTH).map(i -> first + i).toArray();
    return Tensor.of(name, Datatype.INT32, Values.int32(values), rows, Models.SIMPLE_WIDTH);
  }

  static InferCall simple() {
    return simple(Models.SIMPLE, 1);
  }

  static InferCall simple(String model, int rows) {
    return InferCall.of(model, simpleInput("INPUT0", rows, 100), simpleInput("INPUT1", rows, 7));
  }

  static Tensor sum(int rows) {
    int[] values = IntStream.range(0, rows * Models.SIMPLE_WIDTH).map(i -> 107 + 2 * i).toArray();
    return Tensor.of("OUTPUT0", Datatype.INT32, Values.int32(values), rows, Models.SIMPLE_WIDTH);
  }

  static Tensor difference(int rows) {
    int[] values = IntStream.range(0, rows * Models.SIMPLE_WIDTH).map(i -> 93).toArray();
    return Tensor.of("OUTPUT1", Datatype.INT32, Values.int32(values), rows, Models.SIMPLE_WIDTH);
  }
}
