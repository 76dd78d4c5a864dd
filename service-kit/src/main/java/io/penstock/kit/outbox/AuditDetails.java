package io.penstock.kit.outbox;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.ListValue;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What an audit entry says of a request, as a JSON object of at most 8 KiB: without sensitive
/// fields, long values cut.
final class AuditDetails {

  static final int MAX_BYTES = 8 << 10;

  private static final int MAX_FACT = 512;
  private static final int MAX_NAMES = 100;
  private static final JsonFormat.Printer JSON =
      JsonFormat.printer().omittingInsignificantWhitespace();

  private AuditDetails() {}

  static String of(Map<String, String> facts) {
    var object = Struct.newBuilder();
    new TreeMap<>(facts).forEach((name, fact) -> object.putFields(name, text(cut(fact))));
    return bounded(object.build());
  }

  static String of(Message request) {
    return bounded(Redaction.of(request));
  }

  private static String bounded(Message message) {
    String json = print(message);
    return json.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES ? json : namesOnly(message);
  }

  // Still a JSON object, and still says what was there, if not what was in it.
  private static String namesOnly(Message message) {
    var names = ListValue.newBuilder();
    fieldNames(message).limit(MAX_NAMES).forEach(name -> names.addValues(text(name)));
    return print(
        Struct.newBuilder()
            .putFields("truncated", Value.newBuilder().setBoolValue(true).build())
            .putFields("fields", Value.newBuilder().setListValue(names).build())
            .build());
  }

  private static Stream<String> fieldNames(Message message) {
    return message instanceof Struct facts
        ? facts.getFieldsMap().keySet().stream()
            .map(name -> name.substring(0, Math.min(64, name.length())))
        : message.getAllFields().keySet().stream().map(field -> field.getJsonName());
  }

  private static String cut(String fact) {
    return fact.length() <= MAX_FACT ? fact : fact.substring(0, MAX_FACT) + "…";
  }

  private static String print(Message message) {
    try {
      return JSON.print(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("audit details cannot be written as JSON", e);
    }
  }

  private static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }
}
