package io.penstock.registry;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// JSON that is the same bytes for the same content, to be hashed: no white space, no escapes but
/// those that JSON needs, whole numbers only. Whoever writes it writes keys in their order, as RFC
/// 8785 has them.
public final class CanonicalJson {

  private final StringBuilder json = new StringBuilder();

  /// The fields of one object.
  public final class Fields {

    private boolean first = true;

    private Fields() {}

    public Fields text(String key, String value) {
      key(key);
      quote(value);
      return this;
    }

    public Fields number(String key, long value) {
      key(key);
      json.append(value);
      return this;
    }

    public Fields flag(String key, boolean value) {
      key(key);
      json.append(value);
      return this;
    }

    /// A list of objects.
    public <T> Fields list(String key, List<T> values, BiConsumer<Fields, T> write) {
      key(key);
      json.append('[');
      for (int i = 0; i < values.size(); i++) {
        json.append(i == 0 ? "" : ",");
        var value = values.get(i);
        object(fields -> write.accept(fields, value));
      }
      json.append(']');
      return this;
    }

    private void key(String key) {
      json.append(first ? "" : ",");
      first = false;
      quote(key);
      json.append(':');
    }
  }

  public void object(Consumer<Fields> write) {
    json.append('{');
    write.accept(new Fields());
    json.append('}');
  }

  public byte[] bytes() {
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void quote(String text) {
    json.append('"');
    text.chars().forEach(this::append);
    json.append('"');
  }

  private void append(int character) {
    switch (character) {
      case '"' -> json.append("\\\"");
      case '\\' -> json.append("\\\\");
      case '\b' -> json.append("\\b");
      case '\f' -> json.append("\\f");
      case '\n' -> json.append("\\n");
      case '\r' -> json.append("\\r");
      case '\t' -> json.append("\\t");
      default -> {
        if (character < ' ') {
          json.append("\\u%04x".formatted(character));
        } else {
          json.append((char) character);
        }
      }
    }
  }
}
