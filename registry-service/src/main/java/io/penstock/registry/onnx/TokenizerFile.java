package io.penstock.registry.onnx;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.protobuf.ByteString;
import io.penstock.registry.RegistryFailure.NotTokenizer;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// A `tokenizer.json`, read far enough to know that it is one.
public final class TokenizerFile {

  private TokenizerFile() {}

  /// Refuses what is no JSON object with a `model`.
  ///
  /// @param artifact the name that failures speak of
  public static void check(String artifact, ByteBuffer bytes) {
    var content = ByteString.copyFrom(bytes.duplicate()).newInput();
    try (var json = new JsonReader(new InputStreamReader(content, StandardCharsets.UTF_8))) {
      if (!hasModel(json)) {
        throw new NotTokenizer(artifact, "there is no 'model' in it").exception();
      }
    } catch (IOException | IllegalStateException e) {
      throw new NotTokenizer(artifact, String.valueOf(e.getMessage())).exception();
    }
  }

  private static boolean hasModel(JsonReader json) throws IOException {
    boolean found = false;
    json.beginObject();
    while (json.hasNext()) {
      found |= json.nextName().equals("model") && json.peek() == JsonToken.BEGIN_OBJECT;
      json.skipValue();
    }
    json.endObject();
    return found;
  }
}
