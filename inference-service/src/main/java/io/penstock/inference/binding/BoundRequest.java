package io.penstock.inference.binding;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.Numbers;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.Tensor;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.feature.v1.FeatureColumnValues;
import io.penstock.proto.feature.v1.FeatureQuery;
import io.penstock.proto.feature.v1.GetOnlineFeaturesRequest;
import io.penstock.proto.feature.v1.GetOnlineFeaturesResponse;
import io.penstock.proto.feature.v1.ValueType;
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
    sent.rest().forEach(tensor -> request.others.put(tensor.name(), tensor));
    sent.throwIfWrong();
    return request;
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
  public GetOnlineFeaturesRequest query(Instant asOf) {
    var request =
        GetOnlineFeaturesRequest.newBuilder()
            .setAsOf(
                Timestamp.newBuilder().setSeconds(asOf.getEpochSecond()).setNanos(asOf.getNano()));
    for (var lookup : plan.lookups()) {
      request.addQueries(
          FeatureQuery.newBuilder()
              .setFeatureView(lookup.view())
              .addAllFeatures(lookup.features())
              .addAllEntityKeys(keys.getOrDefault(lookup.entityInput(), List.of())));
    }
    return request.build();
  }

  /// Puts the answer into its columns; what is absent stays NaN. Throws [IllegalArgumentException] where the answer is not what was
  /// asked for.
  ///
  /// @return how many values were absent
  public long fill(GetOnlineFeaturesResponse answer) {
    long absent = 0;
    int next = 0;
    for (var lookup : plan.lookups()) {
      for (int i = 0; i < lookup.columns().size(); i++) {
        if (next == answer.getColumnsCount()) {
          throw new IllegalArgumentException("the answer lacks " + lookup.features().get(i));
        }
        var given = numbers(lookup.features().get(i), answer.getColumns(next++));
        values[lookup.columns().get(i)] = given;
        absent += Arrays.stream(given).filter(Double::isNaN).count();
      }
    }
    return absent;
  }

  private double[] numbers(String feature, FeatureColumnValues column) {
    if (column.getType() == ValueType.VALUE_TYPE_STRING) {
      throw new IllegalArgumentException("%s is a string, expected a number".formatted(feature));
    }
    if (!column.getName().endsWith(feature) || column.getNumbersCount() != rows) {
      throw new IllegalArgumentException(
          "the answer has %d values of %s, expected %d of %s"
              .formatted(column.getNumbersCount(), column.getName(), rows, feature));
    }
    return column.getNumbersList().stream().mapToDouble(Double::doubleValue).toArray();
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

  /// The tensors of a request, as columns of one value a row. Collects what is wrong with them.
  private static final class SentColumns {

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
        problems.add("inputs." + name + ".datatype", "was BYTES, expected numbers");
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
            "inputs." + name + ".datatype",
            "was %s, expected BYTES with an entity key a row".formatted(tensor.type()));
        return List.of();
      }
      problems.addIf(
          !tensor.values().stream().allMatch(ByteString::isValidUtf8),
          "inputs." + name,
          "an entity key is no UTF-8");
      return tensor.values().stream().map(ByteString::toStringUtf8).toList();
    }

    private @org.jspecify.annotations.Nullable Tensor column(String name, int rows) {
      rest.remove(name);
      var tensor = given.get(name);
      if (tensor == null) {
        problems.add("inputs", "input '%s' is missing".formatted(name));
        return null;
      }
      if (!isColumn(tensor) || tensor.shape().dimension(0) != rows || rows == 0) {
        problems.add(
            "inputs." + name + ".shape",
            "was %s, expected [%d] or [%d, 1]".formatted(tensor.shape(), rows, rows));
        return null;
      }
      return tensor;
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
}
