package io.penstock.feature.row;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.feature.row.Value.BoolValue;
import io.penstock.feature.row.Value.DoubleValue;
import io.penstock.feature.row.Value.Int64Value;
import io.penstock.feature.row.Value.StringValue;
import io.penstock.feature.view.FeatureSchema;
import io.penstock.feature.view.FeatureSpec;
import io.penstock.feature.view.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackedRowTest {

  @Test
  void pack_threeDoubles_isABitmapAndTheirBytes() {
    var schema = schema(ValueType.DOUBLE, ValueType.DOUBLE, ValueType.DOUBLE);
    Map<String, Value> values =
        Map.of(
            "f0", new DoubleValue(1.5), "f2", new DoubleValue(-2), "foreign", new BoolValue(true));

    byte[] packed = PackedRow.pack(schema, values);

    assertThat(packed).hasSize(1 + 16).startsWith(0b101, 0x3f, 0xf8);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void unpack_whatWasPacked(long seed) {
    var random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      var schema = randomSchema(random);
      Map<String, Value> values = randomValues(random, schema);

      var sink = new Recorder();
      PackedRow.unpack(schema, PackedRow.pack(schema, values), sink);

      assertThat(sink.seen).as("seed %d round %d", seed, round).isEqualTo(expected(schema, values));
    }
  }

  private static FeatureSchema randomSchema(Random random) {
    return schema(
        random
            .ints(1 + random.nextInt(40), 0, ValueType.values().length)
            .mapToObj(i -> ValueType.values()[i])
            .toArray(ValueType[]::new));
  }

  private static FeatureSchema schema(ValueType... types) {
    return new FeatureSchema(
        IntStream.range(0, types.length)
            .mapToObj(i -> new FeatureSpec("f" + i, types[i], "", true, null, null, List.of()))
            .toList());
  }

  private static Map<String, Value> randomValues(Random random, FeatureSchema schema) {
    Map<String, Value> values = new HashMap<>();
    for (FeatureSpec feature : schema.features()) {
      if (random.nextInt(4) > 0) {
        values.put(feature.name(), randomValue(random, feature.type()));
      }
    }
    return values;
  }

  private static Value randomValue(Random random, ValueType type) {
    return switch (type) {
      case DOUBLE -> new DoubleValue(Double.longBitsToDouble(random.nextLong()));
      case INT64 -> new Int64Value(random.nextLong());
      case BOOL -> new BoolValue(random.nextBoolean());
      case STRING -> new StringValue("é\0".repeat(random.nextInt(20)));
    };
  }

  private static List<@Nullable Object> expected(FeatureSchema schema, Map<String, Value> values) {
    List<@Nullable Object> expected = new ArrayList<>();
    for (FeatureSpec feature : schema.features()) {
      expected.add(
          switch (values.get(feature.name())) {
            case null -> null;
            case DoubleValue(double value) -> value;
            case Int64Value(long value) -> (double) value;
            case BoolValue(boolean value) -> value ? 1.0 : 0.0;
            case StringValue(String value) -> value;
          });
    }
    return expected;
  }

  private static final class Recorder implements ValueSink {

    private final List<@Nullable Object> seen = new ArrayList<>();

    @Override
    public void absent(int position) {
      seen.add(position, null);
    }

    @Override
    public void number(int position, double value) {
      seen.add(position, value);
    }

    @Override
    public void text(int position, byte[] bytes, int offset, int length) {
      seen.add(position, new String(bytes, offset, length, UTF_8));
    }
  }
}
