package io.penstock.conformance.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An answer over HTTP.
///
/// @param headers by name in lower case
public record RestAnswer(int status, Map<String, List<String>> headers, ByteString body) {

  private static final int LONG = 400;

  public Optional<String> header(String name) {
    return headers.getOrDefault(name.toLowerCase(java.util.Locale.ROOT), List.of()).stream()
        .findFirst();
  }

  public String text() {
    return body.toString(UTF_8);
  }

  /// @throws IllegalArgumentException where the body is no JSON object
  public JsonObject json() {
    var json = parse(body);
    if (!json.isJsonObject()) {
      throw new IllegalArgumentException("no JSON object: " + text());
    }
    return json.getAsJsonObject();
  }

  /// The `error` of the protocol's form `{"error": string}`.
  public Optional<String> error() {
    try {
      var error = json().get("error");
      boolean isText =
          error != null
              && error.isJsonPrimitive()
              && error.getAsJsonPrimitive().isString()
              && !error.getAsString().isEmpty();
      return isText ? Optional.of(error.getAsString()) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  static JsonElement parse(ByteString body) {
    try {
      return JsonParser.parseString(body.toString(UTF_8));
    } catch (JsonParseException e) {
      throw new IllegalArgumentException("no JSON: " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    var begin = body.substring(0, Math.min(body.size(), LONG)).toString(UTF_8);
    return "HTTP " + status + " " + begin + (body.size() > LONG ? "…" : "");
  }
}
