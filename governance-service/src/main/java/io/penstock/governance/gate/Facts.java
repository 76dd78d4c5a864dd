package io.penstock.governance.gate;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.cel.common.values.NullValue;
import io.penstock.governance.approval.Approval;
import io.penstock.kit.failure.InvalidArguments;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a gate decides over: the caller's facts, and those that only governance may state.
record Facts(Struct struct) {

  private static final int MOST_BYTES = 64 << 10;
  private static final int DEEPEST = 16;

  /// The facts of a request, once they are known to be fit for evaluation and for canonical JSON.
  static Facts given(Struct struct) {
    if (struct.getSerializedSize() > MOST_BYTES) {
      throw InvalidArguments.of(
          "facts",
          "hold %d bytes, expected at most %d".formatted(struct.getSerializedSize(), MOST_BYTES));
    }
    check("facts", struct, 1);
    return new Facts(struct);
  }

  /// These facts with what governance itself knows, which replaces anything of the same name.
  Facts with(String subject, String action, List<Approval> approvals, Instant now) {
    var list = ListValue.newBuilder();
    approvals.forEach(approval -> list.addValues(value(approval)));
    return new Facts(
        struct.toBuilder()
            .putFields("subject", text(subject))
            .putFields("action", text(action))
            .putFields("approvals", Value.newBuilder().setListValue(list).build())
            .putFields("now", text(now.toString()))
            .build());
  }

  /// The facts as CEL sees them.
  Map<String, Object> toCel() {
    return map(struct);
  }

  /// The value at a path, in canonical JSON; empty where there is none.
  Optional<String> find(List<String> path) {
    var current = Value.newBuilder().setStructValue(struct).build();
    for (String step : path) {
      if (!current.getStructValue().containsFields(step)) {
        return Optional.empty();
      }
      current = current.getStructValue().getFieldsOrThrow(step);
    }
    return Optional.of(CanonicalJson.of(current));
  }

  private static Value value(Approval approval) {
    var fields =
        Struct.newBuilder()
            .putFields("approver", text(approval.approver()))
            .putFields("comment", text(approval.comment()));
    return Value.newBuilder().setStructValue(fields).build();
  }

  private static Value text(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }

  private static Map<String, Object> map(Struct struct) {
    var map = new LinkedHashMap<String, Object>();
    struct.getFieldsMap().forEach((name, value) -> map.put(name, toCel(value)));
    return map;
  }

  private static Object toCel(Value value) {
    return switch (value.getKindCase()) {
      case STRUCT_VALUE -> map(value.getStructValue());
      case LIST_VALUE -> list(value.getListValue());
      case STRING_VALUE -> value.getStringValue();
      case NUMBER_VALUE -> value.getNumberValue();
      case BOOL_VALUE -> value.getBoolValue();
      case NULL_VALUE, KIND_NOT_SET -> NullValue.NULL_VALUE;
    };
  }

  private static List<Object> list(ListValue values) {
    var list = new ArrayList<Object>();
    values.getValuesList().forEach(value -> list.add(toCel(value)));
    return list;
  }

  private static void check(String path, Struct struct, int depth) {
    if (depth > DEEPEST) {
      throw InvalidArguments.of(path, "lies deeper than %d levels".formatted(DEEPEST));
    }
    struct.getFieldsMap().forEach((name, value) -> check(path + "." + name, value, depth));
  }

  private static void check(String path, Value value, int depth) {
    switch (value.getKindCase()) {
      case STRUCT_VALUE -> check(path, value.getStructValue(), depth + 1);
      case LIST_VALUE -> check(path, value.getListValue(), depth + 1);
      case NUMBER_VALUE -> requireFinite(path, value.getNumberValue());
      case STRING_VALUE -> requireNoNul(path, value.getStringValue());
      default -> {}
    }
  }

  private static void check(String path, ListValue values, int depth) {
    if (depth > DEEPEST) {
      throw InvalidArguments.of(path, "lies deeper than %d levels".formatted(DEEPEST));
    }
    for (int i = 0; i < values.getValuesCount(); i++) {
      check("%s[%d]".formatted(path, i), values.getValues(i), depth);
    }
  }

  private static void requireFinite(String path, double number) {
    if (!Double.isFinite(number)) {
      throw InvalidArguments.of(
          path, "was %s, expected a finite number; leave it out".formatted(number));
    }
  }

  private static void requireNoNul(String path, String text) {
    if (text.indexOf('\0') >= 0) {
      throw InvalidArguments.of(path, "holds a NUL character");
    }
  }
}
