package io.penstock.inference.worker;

import io.penstock.inference.tensor.ModelInterface;
import io.penstock.inference.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;

/// What a model takes and gives, as it is said between processes.
final class InterfaceWire {

  private InterfaceWire() {}

  static void put(Wire wire, ModelInterface model) {
    put(wire, model.inputs());
    put(wire, model.outputs());
    wire.put(model.batches() ? 1 : 0);
  }

  private static void put(Wire wire, List<TensorSpec> specs) {
    wire.put(specs.size());
    specs.forEach(spec -> wire.put(spec.name()).put(spec.type()).put(spec.shape()));
  }

  static ModelInterface get(Wire wire) {
    return new ModelInterface(getSpecs(wire), getSpecs(wire), wire.getInt() == 1);
  }

  private static List<TensorSpec> getSpecs(Wire wire) {
    int count = wire.getInt();
    var specs = new ArrayList<TensorSpec>(count);
    for (int i = 0; i < count; i++) {
      specs.add(new TensorSpec(wire.getText(), wire.getType(), wire.getShape()));
    }
    return specs;
  }
}
