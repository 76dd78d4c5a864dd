package io.penstock.inference.binding;

import com.google.protobuf.ByteString;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.InputFields;
import io.penstock.inference.tensor.Numbers;
import io.penstock.inference.tensor.Tensor;
import io.penstock.kit.failure.InvalidArguments;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The tensors of a request, as columns of one value a row. Collects what is wrong with them.
final class SentColumns {

  private final Map<String, Tensor> given;
  private final Map<String, Tensor> rest;
  private final InvalidArguments problems = new InvalidArguments();

  SentColumns(Map<String, Tensor> given) {
    this.given = given;
    this.rest = new LinkedHashMap<>(given);
  }

  // The first column that is there says how many rows there are; the others must agree.
  int rows(BindingPlan plan) {
    return plan.requestInputs().stream()
        .map(spec -> given.get(spec.name()))
        .filter(tensor -> tensor != null && isColumn(tensor))
        .findFirst()
        .map(tensor -> Math.toIntExact(tensor.shape().dimension(0)))
        .orElse(1);
  }

  double[] numbers(String name, int rows) {
    var tensor = column(name, rows);
    if (tensor == null) {
      return new double[0];
    }
    if (tensor.type() == DataType.BYTES) {
      problems.add(
          field(name) + ".datatype", "input '%s' was BYTES, expected numbers".formatted(name));
      return new double[0];
    }
    var numbers = Numbers.of(tensor);
    var column = new double[rows];
    Arrays.setAll(column, numbers::get);
    return column;
  }

  List<String> keys(String name, int rows) {
    var tensor = column(name, rows);
    if (tensor == null) {
      return List.of();
    }
    if (tensor.type() != DataType.BYTES) {
      problems.add(
          field(name) + ".datatype",
          "input '%s' was %s, expected BYTES with an entity key a row"
              .formatted(name, tensor.type()));
      return List.of();
    }
    problems.addIf(
        !tensor.values().stream().allMatch(ByteString::isValidUtf8),
        field(name),
        "an entity key of input '%s' is no UTF-8".formatted(name));
    return tensor.values().stream().map(ByteString::toStringUtf8).toList();
  }

  private @Nullable Tensor column(String name, int rows) {
    rest.remove(name);
    var tensor = given.get(name);
    if (tensor == null) {
      problems.add("inputs", "input '%s' is missing".formatted(name));
      return null;
    }
    if (!isColumn(tensor) || tensor.shape().dimension(0) != rows || rows == 0) {
      problems.add(
          field(name) + ".shape",
          "input '%s' was %s, expected [%d] or [%d, 1]"
              .formatted(name, tensor.shape(), rows, rows));
      return null;
    }
    return tensor;
  }

  private String field(String name) {
    return InputFields.path(given, name);
  }

  private static boolean isColumn(Tensor tensor) {
    int rank = tensor.shape().rank();
    return rank == 1 || (rank == 2 && tensor.shape().dimension(1) == 1);
  }

  Iterable<Tensor> rest() {
    return rest.values();
  }

  void throwIfWrong() {
    problems.throwIfAny();
  }
}
