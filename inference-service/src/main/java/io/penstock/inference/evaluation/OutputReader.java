package io.penstock.inference.evaluation;

import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.ModelInterface;
import io.penstock.inference.tensor.Numbers;
import io.penstock.inference.tensor.Tensor;
import io.penstock.inference.tensor.TensorSpec;
import java.util.List;

/// Reads one number for each row from what a model gives: the only one of the row, or of the two
/// probabilities that classifiers give for two classes the second, which is that of class 1.
final class OutputReader {

  private static final double ROUNDING = 1e-3;

  private final String output;
  private final int place;
  private final boolean classes;

  private OutputReader(String output, int place, boolean classes) {
    this.output = output;
    this.place = place;
    this.classes = classes;
  }

  /// @param classes whether two numbers a row may be the probabilities of two classes
  static OutputReader of(ModelInterface model, String output, boolean classes)
      throws EvaluationFailed {
    var names = model.outputs().stream().map(TensorSpec::name).toList();
    int place = names.indexOf(output);
    if (place < 0) {
      throw new EvaluationFailed(
          "the model gives the outputs %s, expected '%s' among them".formatted(names, output));
    }
    if (model.outputs().get(place).type() == DataType.BYTES) {
      throw new EvaluationFailed("the output '%s' is text, expected numbers".formatted(output));
    }
    return new OutputReader(output, place, classes);
  }

  /// Reads the numbers of some rows.
  ///
  /// @param outputs of the model, in its order
  /// @param from where the numbers go, and the place of the first
  void read(List<Tensor> outputs, int rows, double[] predictions, int from)
      throws EvaluationFailed {
    var numbers = Numbers.of(outputs.get(place));
    boolean pairs = classes && numbers.count() == 2 * rows;
    if (numbers.count() != rows && !pairs) {
      throw new EvaluationFailed(
          "the output '%s' is %s for %d rows, expected one number a row%s"
              .formatted(
                  output,
                  outputs.get(place).shape(),
                  rows,
                  classes ? ", or the probabilities of two classes" : ""));
    }
    for (int i = 0; i < rows; i++) {
      double value = pairs ? ofClassOne(numbers, i, from + i + 1) : numbers.get(i);
      predictions[from + i] = finite(value, from + i + 1);
    }
  }

  private double ofClassOne(Numbers numbers, int pair, int row) throws EvaluationFailed {
    double zero = finite(numbers.get(2 * pair), row);
    double one = finite(numbers.get(2 * pair + 1), row);
    if (Math.abs(zero + one - 1) > ROUNDING) {
      throw new EvaluationFailed(
          "the output '%s' is (%s, %s) in row %d, expected probabilities of two classes"
              .formatted(output, zero, one, row));
    }
    return one;
  }

  private double finite(double value, int row) throws EvaluationFailed {
    if (!Double.isFinite(value)) {
      throw new EvaluationFailed(
          "the output '%s' is %s in row %d, expected a number".formatted(output, value, row));
    }
    return value;
  }
}
