package io.penstock.inference.tokenizer;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.OptionalInt;

/// The parts of a `tokenizer.json` that say how texts of different lengths become one tensor.
final class TokenizerFile {

  private final JsonObject json;

  private TokenizerFile(JsonObject json) {
    this.json = json;
  }

  static TokenizerFile parse(String text) {
    return new TokenizerFile(JsonParser.parseString(text).getAsJsonObject());
  }

  /// The most tokens that the file lets a text have.
  OptionalInt maxLength() {
    return number("truncation", "max_length");
  }

  /// The id that fills up short texts.
  int padId() {
    return number("padding", "pad_id").orElseGet(this::padTokenId);
  }

  int padTypeId() {
    return number("padding", "pad_type_id").orElse(0);
  }

  private OptionalInt number(String section, String field) {
    return json.get(section) instanceof JsonObject object && object.has(field)
        ? OptionalInt.of(object.get(field).getAsInt())
        : OptionalInt.empty();
  }

  // A file made without padding still names its token for it.
  private int padTokenId() {
    if (json.has("added_tokens")) {
      for (var element : json.getAsJsonArray("added_tokens")) {
        var token = element.getAsJsonObject();
        var content = token.get("content").getAsString();
        if (content.equals("[PAD]") || content.equals("<pad>")) {
          return token.get("id").getAsInt();
        }
      }
    }
    return 0;
  }

  /// The file with a plain rule for long texts in place of its own: the native code ends the
  /// process over one that contradicts itself.
  String cutAt(int maxLength) {
    var rule = new JsonObject();
    rule.addProperty("direction", "Right");
    rule.addProperty("max_length", maxLength);
    rule.addProperty("strategy", "LongestFirst");
    rule.addProperty("stride", 0);
    var changed = new JsonObject();
    json.entrySet().forEach(entry -> changed.add(entry.getKey(), entry.getValue()));
    changed.add("truncation", rule);
    changed.add("padding", JsonNull.INSTANCE);
    return changed.toString();
  }
}
