package io.penstock.governance.gate;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.ListValue;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import java.util.List;
import java.util.stream.Stream;

/// How criteria, results and facts are stored.
final class GateJson {

  private GateJson() {}

  static String criteria(List<Criterion> criteria) {
    var list = ListValue.newBuilder();
    criteria.forEach(criterion -> list.addValues(object(toStruct(criterion))));
    return CanonicalJson.of(Value.newBuilder().setListValue(list).build());
  }

  static List<Criterion> criteria(String json) {
    return objects(json).map(GateJson::criterion).toList();
  }

  static String results(List<CriterionResult> results) {
    var list = ListValue.newBuilder();
    for (CriterionResult result : results) {
      list.addValues(
          object(
              toStruct(result.criterion())
                  .putFields("met", Value.newBuilder().setBoolValue(result.met()).build())
                  .putFields("detail", text(result.detail()))));
    }
    return CanonicalJson.of(Value.newBuilder().setListValue(list).build());
  }

  static List<CriterionResult> results(String json) {
    return objects(json)
        .map(
            struct ->
                new CriterionResult(
                    criterion(struct),
                    struct.getFieldsOrThrow("met").getBoolValue(),
                    string(struct, "detail")))
        .toList();
  }

  static Struct facts(String json) {
    return read(json, Struct.newBuilder()).build();
  }

  private static Stream<Struct> objects(String json) {
    return read(json, ListValue.newBuilder()).getValuesList().stream().map(Value::getStructValue);
  }

  private static Struct.Builder toStruct(Criterion criterion) {
    return Struct.newBuilder()
        .putFields("id", text(criterion.id()))
        .putFields("description", text(criterion.description()))
        .putFields("expression", text(criterion.expression()));
  }

  private static Criterion criterion(Struct struct) {
    return new Criterion(
        string(struct, "id"), string(struct, "description"), string(struct, "expression"));
  }

  private static String string(Struct struct, String field) {
    return struct.getFieldsOrThrow(field).getStringValue();
  }

  private static Value object(Struct.Builder struct) {
    return Value.newBuilder().setStructValue(struct).build();
  }

  private static Value text(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }

  private static <B extends Message.Builder> B read(String json, B target) {
    try {
      JsonFormat.parser().merge(json, target);
      return target;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a stored gate document is no JSON any more", e);
    }
  }
}
