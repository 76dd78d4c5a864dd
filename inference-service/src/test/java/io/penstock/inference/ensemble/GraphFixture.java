package io.penstock.inference.ensemble;

import io.penstock.inference.serving.VersionConfig;
import io.penstock.inference.serving.VersionConfig.Platform;
import io.penstock.inference.serving.VersionConfig.Step;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A graph and the models around it, as a test puts them together.
final class GraphFixture implements LoadedModels {

  private final List<TensorSpec> inputs = new ArrayList<>();
  private final List<TensorSpec> outputs = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private final Map<String, StepModel> models = new HashMap<>();

  GraphFixture input(String name, DataType type, long... shape) {
    inputs.add(new TensorSpec(name, type, Shape.of(shape)));
    return this;
  }

  GraphFixture output(String name, DataType type, long... shape) {
    outputs.add(new TensorSpec(name, type, Shape.of(shape)));
    return this;
  }

  GraphFixture step(String model, Map<String, String> inputs, Map<String, String> outputs) {
    return step(new Step(model, "", inputs, outputs, 0, ""));
  }

  GraphFixture step(Step step) {
    steps.add(step);
    return this;
  }

  /// A model that takes `in` and gives `out`, of one type and shape.
  GraphFixture model(String name, DataType type, long... shape) {
    return loaded(
        name,
        new StepModel(
            "models/" + name + "/versions/1",
            List.of(new TensorSpec("in", type, Shape.of(shape))),
            Set.of(),
            List.of(Set.of("in")),
            List.of(new TensorSpec("out", type, Shape.of(shape))),
            Set.of()));
  }

  /// A graph of other models, from a column to a column.
  GraphFixture graph(String name, Set<String> parts) {
    return loaded(
        name,
        new StepModel(
            "models/" + name + "/versions/1",
            List.of(new TensorSpec("in", DataType.FP32, Shape.of(-1))),
            Set.of(),
            List.of(Set.of("in")),
            List.of(new TensorSpec("out", DataType.FP32, Shape.of(-1))),
            parts));
  }

  GraphFixture loaded(String name, StepModel model) {
    models.put(name, model);
    return this;
  }

  VersionConfig config() {
    var plain = VersionConfig.defaults();
    return new VersionConfig(
        Platform.ENSEMBLE,
        plain.maxBatchRows(),
        plain.runners(),
        plain.timeout(),
        plain.queueRequests(),
        plain.priorities(),
        plain.weight(),
        plain.responseCache(),
        plain.isolated(),
        plain.lengthBuckets(),
        inputs,
        outputs,
        plain.sequence(),
        steps,
        plain.labels(),
        plain.warmUps(),
        plain.parameters());
  }

  @Override
  public List<StepModel> of(String model, String version) {
    return models.containsKey(model) ? List.of(models.get(model)) : List.of();
  }
}
