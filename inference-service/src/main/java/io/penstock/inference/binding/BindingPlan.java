package io.penstock.inference.binding;

import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.ModelInterface;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.Tensor;
import io.penstock.inference.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// How the columns of a bound input come about: which are sent, which are looked up, and by which
/// keys.
public final class BindingPlan {

  private final ModelInterface model;
  private final TensorSpec input;
  private final List<BoundColumn> columns;
  private final List<ViewLookup> lookups;

  private BindingPlan(ModelInterface model, TensorSpec input, List<BoundColumn> columns) {
    this.model = model;
    this.input = input;
    this.columns = List.copyOf(columns);
    this.lookups = lookups(columns);
  }

  /// Makes the plan for a binding whose entity inputs are all named. Throws
  /// [IllegalArgumentException] where it does not fit the model.
  public static BindingPlan of(BindingSpec binding, ModelInterface model) {
    var input =
        model
            .input(binding.input())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the feature binding fills '%s', which is no input of the model"
                            .formatted(binding.input())));
    requireMatrix(input, binding.columns().size());
    binding.columns().forEach(BindingPlan::requireEntityInput);
    return new BindingPlan(model, input, binding.columns());
  }

  private static void requireMatrix(TensorSpec input, int columns) {
    boolean numbers = input.type() == DataType.FP32 || input.type() == DataType.FP64;
    boolean wide = input.shape().rank() == 2 && fits(input.shape().dimension(1), columns);
    if (!numbers || !wide || columns == 0) {
      throw new IllegalArgumentException(
          "the feature binding has %d columns for '%s', which is %s %s"
              .formatted(columns, input.name(), input.type(), input.shape()));
    }
  }

  private static boolean fits(long dimension, int columns) {
    return dimension == columns || dimension == Shape.ANY;
  }

  private static void requireEntityInput(BoundColumn column) {
    if (column instanceof BoundColumn.LookedUp(var name, _, _, var entity) && entity.isEmpty()) {
      throw new IllegalArgumentException(name + " names no entity input");
    }
  }

  // One query for each view and key, with all features wanted of it.
  private static List<ViewLookup> lookups(List<BoundColumn> columns) {
    var features = new LinkedHashMap<List<String>, List<Integer>>();
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i) instanceof BoundColumn.LookedUp(_, var view, _, var entity)) {
        features.computeIfAbsent(List.of(view, entity), _ -> new ArrayList<>()).add(i);
      }
    }
    return features.entrySet().stream()
        .map(entry -> ViewLookup.of(entry.getKey(), entry.getValue(), columns))
        .toList();
  }

  /// The names of the columns, in the order of the bound input.
  public List<String> columnNames() {
    return columns.stream().map(BoundColumn::name).toList();
  }

  /// The model input that the columns fill.
  public TensorSpec input() {
    return input;
  }

  /// What a caller sends: the columns and keys by name, and the model's other inputs.
  public List<TensorSpec> requestInputs() {
    var specs = new ArrayList<TensorSpec>();
    var rows = Shape.of(Shape.ANY);
    entityInputs().forEach(name -> specs.add(new TensorSpec(name, DataType.BYTES, rows)));
    for (var column : columns) {
      if (column instanceof BoundColumn.Sent(var name)) {
        specs.add(new TensorSpec(name, input.type(), rows));
      }
    }
    model.inputs().stream().filter(spec -> !spec.equals(input)).forEach(specs::add);
    return specs;
  }

  private LinkedHashSet<String> entityInputs() {
    var names = new LinkedHashSet<String>();
    lookups.forEach(lookup -> names.add(lookup.entityInput()));
    return names;
  }

  /// Whether a tensor of this name is an input of the model itself.
  boolean takes(String name) {
    return model.input(name).isPresent();
  }

  /// Whether the caller sends the bound input ready-made.
  public boolean isReadyMade(Map<String, Tensor> given) {
    return given.containsKey(input.name());
  }

  /// Reads what the caller sent; the features are still missing then, if any are needed.
  public BoundRequest read(Map<String, Tensor> given) {
    return BoundRequest.read(this, given);
  }

  List<BoundColumn> columns() {
    return columns;
  }

  List<ViewLookup> lookups() {
    return lookups;
  }
}
