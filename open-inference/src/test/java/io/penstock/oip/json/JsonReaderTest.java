package io.penstock.oip.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.internal.LazilyParsedNumber;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {

  private static final long SEED = 8259;

  private static JsonElement ours(byte[] text) {
    JsonReader in = new JsonReader(text, 0, text.length);
    JsonElement value = value(in);
    in.end();
    return value;
  }

  private static JsonElement value(JsonReader in) {
    return switch (in.peek()) {
      case '{' -> object(in);
      case '[' -> array(in);
      case '"' -> new JsonPrimitive(in.string());
      case 't', 'f' -> new JsonPrimitive(in.bool());
      case 'n' -> in.takeNull() ? JsonNull.INSTANCE : new JsonObject();
      default -> new JsonPrimitive(new LazilyParsedNumber(in.number().toString()));
    };
  }

  private static JsonObject object(JsonReader in) {
    JsonObject object = new JsonObject();
    if (in.beginObject()) {
      do {
        object.add(in.name(), value(in));
      } while (in.moreMembers());
    }
    return object;
  }

  private static JsonArray array(JsonReader in) {
    JsonArray array = new JsonArray();
    if (in.beginArray()) {
      do {
        array.add(value(in));
      } while (in.moreItems());
    }
    return array;
  }

  private static JsonElement gson(String text) throws IOException {
    var in = new com.google.gson.stream.JsonReader(new StringReader(text));
    in.setStrictness(Strictness.STRICT);
    JsonElement element = com.google.gson.internal.Streams.parse(in);
    if (in.peek() != JsonToken.END_DOCUMENT) {
      throw new JsonParseException("more than one");
    }
    return element;
  }

  private static boolean isValid(byte[] text) {
    try (var in = new JsonFactory().createParser(text)) {
      int depth = 0;
      int values = 0;
      for (var token = in.nextToken(); token != null; token = in.nextToken()) {
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        values += depth == 0 ? 1 : 0;
        if (token.isScalarValue() && hasHalfAPair(in.getText())) {
          return false;
        }
      }
      return values == 1;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean hasHalfAPair(String text) {
    return text.codePoints().anyMatch(point -> point >= 0xD800 && point <= 0xDFFF);
  }

  @Test
  void read_asAnotherLibraryDoes() throws IOException {
    Random random = new Random(SEED);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      write(random, 4, text);
      assertThat(ours(text.toString().getBytes(StandardCharsets.UTF_8)))
          .as("seed %d, text %s", SEED, text)
          .isEqualTo(gson(text.toString()));
    }
  }

  /// Whatever another library refuses is refused here, and whatever it takes is taken.
  @Test
  void read_damaged_asAnotherLibraryDoes() {
    Random random = new Random(SEED + 1);
    int valid = 0;
    for (int i = 0; i < 60_000; i++) {
      StringBuilder written = new StringBuilder();
      write(random, 3, written);
      byte[] text = written.toString().getBytes(StandardCharsets.UTF_8);
      for (int edits = 1 + random.nextInt(2); edits > 0; edits--) {
        text[random.nextInt(text.length)] =
            (byte)
                "{}[]\",:0123456789.eE-+ntfxu\\ \t\u0001\u007f\u00c3\u00a9"
                    .charAt(random.nextInt(34));
      }
      boolean expected = isValid(text);
      valid += expected ? 1 : 0;
      assertThat(isReadHere(text))
          .as("seed %d, text %s", SEED, new String(text, StandardCharsets.ISO_8859_1))
          .isEqualTo(expected);
    }
    assertThat(valid).isBetween(5_000, 55_000);
  }

  private static boolean isReadHere(byte[] text) {
    try {
      ours(text);
      return true;
    } catch (MalformedJson expected) {
      return false;
    }
  }

  private static void write(Random random, int depth, StringBuilder text) {
    switch (random.nextInt(depth > 0 ? 7 : 5)) {
      case 0 -> text.append(random.nextBoolean());
      case 1 -> text.append("null");
      case 2 -> text.append(random.nextInt() >> random.nextInt(32));
      case 3 -> text.append(random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20));
      case 4 -> string(random, text);
      case 5 -> {
        text.append("[ ");
        for (int i = random.nextInt(4); i > 0; i--) {
          write(random, depth - 1, text);
          text.append(i > 1 ? " ,\n" : "\t");
        }
        text.append(']');
      }
      default -> {
        text.append('{');
        for (int i = random.nextInt(4); i > 0; i--) {
          text.append("\"m").append(i).append("\" : ");
          write(random, depth - 1, text);
          text.append(i > 1 ? "," : "");
        }
        text.append('}');
      }
    }
  }

  private static final String[] PIECES = {
    "a", "é", "€", "😀", "\\n", "\\\"", "\\\\", "\\/", "\\u00e9", "\\ud83d\\ude00", "\\u0000", " "
  };

  private static void string(Random random, StringBuilder text) {
    text.append('"');
    for (int i = random.nextInt(6); i > 0; i--) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    text.append('"');
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "[1,]",
        "[,1]",
        "{\"a\":1,}",
        "{a:1}",
        "[1 2]",
        "nul",
        "nulll",
        "tru",
        "NaN",
        "Infinity",
        "-Infinity",
        "'a'",
        "\"\\x\"",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\ud800\\u0041\"",
        "\"a",
        "[",
        "{",
        "{\"a\"",
        "{\"a\":",
        "1 1",
        "[1]]",
        "\uFEFF1",
        "// c\n1",
        "\"\t\""
      })
  void read_whatIsNoJson(String text) {
    assertThat(isReadHere(text.getBytes(StandardCharsets.UTF_8))).isFalse();
  }

  @Test
  void read_whatIsNoUtf8() {
    int[][] sequences = {
      {0x80},
      {0xC0, 0x80},
      {0xC1, 0xBF},
      {0xC3},
      {0xE0, 0x80, 0x80},
      {0xED, 0xA0, 0x80},
      {0xF0, 0x80, 0x80, 0x80},
      {0xF4, 0x90, 0x80, 0x80},
      {0xF8, 0x88, 0x80, 0x80},
      {0xFF}
    };
    for (int[] sequence : sequences) {
      byte[] text = new byte[sequence.length + 2];
      text[0] = '"';
      text[text.length - 1] = '"';
      for (int i = 0; i < sequence.length; i++) {
        text[i + 1] = (byte) sequence[i];
      }
      assertThat(isReadHere(text)).isFalse();
    }
  }

  @Test
  void string_everyCodePoint() {
    for (int point = 0x20; point <= Character.MAX_CODE_POINT; point++) {
      if (point == '"' || point == '\\' || (point >= 0xD800 && point <= 0xDFFF)) {
        continue;
      }
      String text = Character.toString(point);
      byte[] json = ("\"" + text + "\"").getBytes(StandardCharsets.UTF_8);
      if (!new JsonReader(json, 0, json.length).string().equals(text)) {
        throw new AssertionError("U+" + Integer.toHexString(point));
      }
    }
  }

  @Test
  void skip_deepNesting() {
    byte[] text = "[".repeat(1_000_000).getBytes(StandardCharsets.UTF_8);
    JsonReader in = new JsonReader(text, 0, text.length);
    assertThat(catchMalformed(in::skip)).contains("nested too deep");
  }

  private static String catchMalformed(Runnable read) {
    try {
      read.run();
      return "";
    } catch (MalformedJson e) {
      return e.problem();
    }
  }
}
