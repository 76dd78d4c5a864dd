package io.penstock.mlflow.fuzz;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import java.util.List;

/// Random messages of any type: as a client of another language could send them, so every text is
/// UTF-8 and every number fits, but nothing else is certain.
final class Messages {

  private static final List<Long> NUMBERS =
      List.of(
          0L,
          1L,
          -1L,
          100L,
          1_000L,
          (long) Integer.MAX_VALUE,
          (long) Integer.MIN_VALUE,
          Long.MAX_VALUE,
          Long.MIN_VALUE,
          253_402_300_799L,
          253_402_300_800L,
          -62_135_596_801L,
          999_999_999L,
          1_000_000_000L);

  private static final List<Double> FRACTIONS =
      List.of(
          0.0,
          -0.0,
          0.5,
          1.0,
          -1.0,
          100.0,
          Double.NaN,
          Double.POSITIVE_INFINITY,
          Double.NEGATIVE_INFINITY,
          Double.MAX_VALUE,
          Double.MIN_VALUE);

  private static final int DEEPEST = 5;

  private final Values values;

  Messages(Known known) {
    this.values = new Values(known);
  }

  DynamicMessage of(Descriptor type, Chance chance) {
    return message(type, chance, 0);
  }

  private DynamicMessage message(Descriptor type, Chance chance, int depth) {
    var message = DynamicMessage.newBuilder(type);
    for (var field : type.getFields()) {
      if (chance.oneIn(depth == 0 ? 12 : 3)) {
        continue;
      }
      if (field.isRepeated()) {
        int count = depth < 2 && chance.oneIn(60) ? 3_000 : chance.below(4);
        for (int i = 0; i < count; i++) {
          message.addRepeatedField(field, value(field, chance, depth));
        }
      } else {
        message.setField(field, value(field, chance, depth));
      }
    }
    return message.build();
  }

  private Object value(FieldDescriptor field, Chance chance, int depth) {
    return switch (field.getJavaType()) {
      case STRING -> utf8(values.text(field, chance));
      case INT -> number(chance).intValue();
      case LONG -> number(chance);
      case FLOAT -> chance.of(FRACTIONS).floatValue();
      case DOUBLE -> chance.oneIn(2) ? (double) chance.below(1_000) / 100 : chance.of(FRACTIONS);
      case BOOLEAN -> chance.oneIn(2);
      case BYTE_STRING -> ByteString.copyFrom(chance.bytes(chance.below(300)));
      case ENUM ->
          chance.oneIn(10)
              ? field.getEnumType().findValueByNumberCreatingIfUnknown(number(chance).intValue())
              : chance.of(field.getEnumType().getValues());
      case MESSAGE ->
          depth >= DEEPEST || chance.oneIn(20)
              ? DynamicMessage.getDefaultInstance(field.getMessageType())
              : message(field.getMessageType(), chance, depth + 1);
    };
  }

  private static Long number(Chance chance) {
    return chance.oneIn(3) ? chance.of(NUMBERS) : (Long) (long) chance.below(20);
  }

  /// Halves of pairs are no UTF-8, and protobuf of no language writes them.
  private static String utf8(String text) {
    return new String(
        text.getBytes(java.nio.charset.StandardCharsets.UTF_8),
        java.nio.charset.StandardCharsets.UTF_8);
  }
}
