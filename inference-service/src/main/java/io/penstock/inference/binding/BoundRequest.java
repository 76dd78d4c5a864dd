package io.penstock.inference.binding;

import com.google.protobuf.ByteString;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The columns of one request on their way into the bound input.
public final class BoundRequest {

  private final BindingPlan plan;
  private final Map<String, Tensor> others = new LinkedHashMap<>();
  private final Map<String, List<String>> keys = new HashMap<>();
  private final double[][] values;
  private final int rows;

  private BoundRequest(BindingPlan plan, int rows) {
    this.plan = plan;
    this.rows = rows;
    this.values = new double[plan.columns().size()][];
  }

  static BoundRequest read(BindingPlan plan, Map<String, Tensor> given) {
    var sent = new SentColumns(given);
    var request = new BoundRequest(plan, sent.rows(plan));
    for (int i = 0; i < request.values.length; i++) {
      request.values[i] = request.column(plan.columns().get(i), sent);
    }
    sent.rest().forEach(request::keepIfTaken);
    sent.throwIfWrong();
    return request;
  }

  // A caller cannot know which version of a split answers, so it sends what any of them binds; what
  // this one does not
  // take is left out. A column that it needs and did not get is still an error.
  private void keepIfTaken(Tensor tensor) {
    if (plan.takes(tensor.name())) {
      others.put(tensor.name(), tensor);
    }
  }

  private double[] column(BoundColumn column, SentColumns sent) {
    return switch (column) {
      case BoundColumn.Sent(var name) -> sent.numbers(name, rows);
      case BoundColumn.LookedUp(_, _, _, var entity) -> {
        keys.computeIfAbsent(entity, name -> sent.keys(name, rows));
        yield absent();
      }
    };
  }

  private double[] absent() {
    var column = new double[rows];
    Arrays.fill(column, Double.NaN);
    return column;
  }

  /// Whether features must be looked up before the input is whole.
  public boolean needsFeatures() {
    return !plan.lookups().isEmpty();
  }

  /// What to ask of feature-service, as of the time that the request speaks of.
  public FeatureQuestion question(Instant asOf) {
    var parts =
        plan.lookups().stream()
            .map(
                lookup ->
                    new FeatureQuestion.Part(
                        lookup.view(),
                        lookup.features(),
                        keys.getOrDefault(lookup.entityInput(), List.of())))
            .toList();
    return new FeatureQuestion(parts, asOf);
  }

  /// Puts the answer into its columns; what is absent stays NaN. Throws [IllegalArgumentException]
  /// where the answer is not what was asked for.
  ///
  /// @return how many values were absent
  public long fill(List<FeatureValues> answer) {
    long absent = 0;
    int next = 0;
    for (var lookup : plan.lookups()) {
      for (int i = 0; i < lookup.columns().size(); i++) {
        if (next == answer.size()) {
          throw new IllegalArgumentException("the answer lacks " + lookup.features().get(i));
        }
        var given = numbers(lookup.features().get(i), answer.get(next++));
        values[lookup.columns().get(i)] = given;
        absent += Arrays.stream(given).filter(Double::isNaN).count();
      }
    }
    return absent;
  }

  private double[] numbers(String feature, FeatureValues given) {
    if (!given.numeric()) {
      throw new IllegalArgumentException("%s is a string, expected a number".formatted(feature));
    }
    if (!given.name().endsWith(feature) || given.numbers().length != rows) {
      throw new IllegalArgumentException(
          "the answer has %d values of %s, expected %d of %s"
              .formatted(given.numbers().length, given.name(), rows, feature));
    }
    return given.numbers();
  }

  /// The model's inputs, the bound one among them.
  public Map<String, Tensor> tensors() {
    var all = new LinkedHashMap<>(others);
    all.put(plan.input().name(), matrix());
    return all;
  }

  private Tensor matrix() {
    var input = plan.input();
    boolean single = input.type() == DataType.FP32;
    var buffer =
        ByteBuffer.allocate(rows * values.length * input.type().size())
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int row = 0; row < rows; row++) {
      for (var column : values) {
        if (single) {
          buffer.putFloat((float) column[row]);
        } else {
          buffer.putDouble(column[row]);
        }
      }
    }
    return Tensor.packed(
        input.name(),
        input.type(),
        Shape.of(rows, values.length),
        ByteString.copyFrom(buffer.flip()));
  }
}
