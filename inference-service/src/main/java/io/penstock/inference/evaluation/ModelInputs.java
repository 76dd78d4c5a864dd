package io.penstock.inference.evaluation;

import io.penstock.inference.evaluation.Task.InputColumns;
import io.penstock.inference.tensor.Inputs;
import io.penstock.inference.tensor.ModelInterface;
import io.penstock.inference.tensor.Tensor;
import io.penstock.inference.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/// Makes the inputs of a model of rows of a CSV file.
final class ModelInputs {

  private final ModelInterface model;
  private final List<InputFiller> fillers;

  private ModelInputs(ModelInterface model, List<InputFiller> fillers) {
    this.model = model;
    this.fillers = List.copyOf(fillers);
  }

  static ModelInputs of(ModelInterface model, List<InputColumns> given, List<String> header)
      throws EvaluationFailed {
    var fillers = new ArrayList<InputFiller>();
    for (var spec : model.inputs()) {
      fillers.add(InputFiller.of(spec, columns(spec, given), header));
    }
    return new ModelInputs(model, fillers);
  }

  private static InputColumns columns(TensorSpec spec, List<InputColumns> given)
      throws EvaluationFailed {
    return given.stream()
        .filter(it -> it.input().equals(spec.name()))
        .findFirst()
        .orElseThrow(
            () ->
                new EvaluationFailed(
                    "no column fills the input '%s' of the model".formatted(spec.name())));
  }

  /// @param first the number of the first of these rows, for words
  Inputs of(List<List<String>> rows, int first) throws EvaluationFailed {
    var tensors = new HashMap<String, Tensor>();
    for (var filler : fillers) {
      var tensor = filler.tensor(rows, first);
      tensors.put(tensor.name(), tensor);
    }
    return model.accept(tensors);
  }
}
