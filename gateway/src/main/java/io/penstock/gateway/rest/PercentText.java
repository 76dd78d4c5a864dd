package io.penstock.gateway.rest;

import io.penstock.kit.failure.InvalidArguments;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The parts of a URL as text, each decoded once and only once: what stands encoded in what was
/// decoded is a name with a percent sign.
final class PercentText {

  private PercentText() {}

  /// A path. A plus in it is a plus.
  static String path(String raw) {
    return decoded("path", raw, false);
  }

  /// The parameters of a query, in their order.
  static Map<String, List<String>> query(@Nullable String raw) {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    if (raw == null || raw.isEmpty()) {
      return parameters;
    }
    for (String pair : raw.split("&")) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      if (!name.isEmpty()) {
        parameters
            .computeIfAbsent(decoded("query", name, true), it -> new ArrayList<>())
            .add(decoded("query", value, true));
      }
    }
    return parameters;
  }

  private static String decoded(String part, String raw, boolean plusIsSpace) {
    if (raw.indexOf('%') < 0 && !(plusIsSpace && raw.indexOf('+') >= 0)) {
      return raw;
    }
    byte[] text = raw.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(text.length);
    for (int at = 0; at < text.length; at++) {
      if (text[at] == '%') {
        bytes.put(octet(part, text, at));
        at += 2;
      } else {
        bytes.put(plusIsSpace && text[at] == '+' ? (byte) ' ' : text[at]);
      }
    }
    return utf8(part, bytes.flip());
  }

  private static byte octet(String part, byte[] text, int percent) {
    int high = percent + 2 < text.length ? Character.digit(text[percent + 1], 16) : -1;
    int low = high < 0 ? -1 : Character.digit(text[percent + 2], 16);
    if (low < 0) {
      throw InvalidArguments.of(part, "a percent sign without two hexadecimal digits");
    }
    return (byte) (high << 4 | low);
  }

  private static String utf8(String part, ByteBuffer bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw InvalidArguments.of(part, "no UTF-8 once decoded");
    }
  }
}
