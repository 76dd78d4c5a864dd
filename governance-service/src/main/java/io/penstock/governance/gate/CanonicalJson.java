package io.penstock.governance.gate;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.math.BigDecimal;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/// JSON in one form only: keys sorted, no white space, whole numbers without point, so that equal
/// values have equal digests.
///
/// Close to RFC 8785, but numbers are written plainly (`0.0000001`, not `1e-7`).
final class CanonicalJson {

  private static final String HEX = "0123456789abcdef";

  private final StringBuilder text = new StringBuilder();

  private CanonicalJson() {}

  static String of(Struct struct) {
    return new CanonicalJson().object(struct).text.toString();
  }

  static String of(Value value) {
    return new CanonicalJson().value(value).text.toString();
  }

  /// A number as it is written here; it must be finite.
  static String number(double number) {
    // Minus zero equals zero.
    if (number == 0) {
      return "0";
    }
    return new BigDecimal(Double.toString(number)).stripTrailingZeros().toPlainString();
  }

  private CanonicalJson value(Value value) {
    return switch (value.getKindCase()) {
      case STRUCT_VALUE -> object(value.getStructValue());
      case LIST_VALUE -> list(value.getListValue().getValuesList().iterator());
      case STRING_VALUE -> string(value.getStringValue());
      case NUMBER_VALUE -> raw(number(value.getNumberValue()));
      case BOOL_VALUE -> raw(Boolean.toString(value.getBoolValue()));
      case NULL_VALUE, KIND_NOT_SET -> raw("null");
    };
  }

  private CanonicalJson object(Struct struct) {
    raw("{");
    Iterator<Map.Entry<String, Value>> fields =
        new TreeMap<>(struct.getFieldsMap()).entrySet().iterator();
    while (fields.hasNext()) {
      var field = fields.next();
      string(field.getKey()).raw(":").value(field.getValue()).raw(fields.hasNext() ? "," : "");
    }
    return raw("}");
  }

  private CanonicalJson list(Iterator<Value> values) {
    raw("[");
    while (values.hasNext()) {
      value(values.next()).raw(values.hasNext() ? "," : "");
    }
    return raw("]");
  }

  private CanonicalJson string(String string) {
    raw("\"");
    string.chars().forEach(letter -> letter((char) letter));
    return raw("\"");
  }

  private void letter(char letter) {
    if (letter == '"' || letter == '\\') {
      text.append('\\').append(letter);
    } else if (letter < ' ') {
      text.append("\\u00").append(HEX.charAt(letter >> 4)).append(HEX.charAt(letter & 0xF));
    } else {
      text.append(letter);
    }
  }

  private CanonicalJson raw(String json) {
    text.append(json);
    return this;
  }
}
