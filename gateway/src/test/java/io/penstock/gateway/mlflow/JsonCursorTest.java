package io.penstock.gateway.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.gateway.GatewayFailure.MalformedRequest;
import io.penstock.kit.failure.FailureException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonCursorTest {

  private static JsonCursor over(String text) {
    return new JsonCursor(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`\"\"`, ``",
        "`\"plain\"`, plain",
        "`\"größer ≥ 🙂\"`, größer ≥ 🙂",
        "`\"a\\\"b\\\\c\\/d\"`, `a\"b\\c/d`",
        "`\"\\u00e9\\ud83d\\ude42\"`, é🙂",
        "`\"ü\\u00fcü\"`, üüü",
      })
  void string_isDecoded(String json, String value) {
    assertThat(over(json).string()).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0", "-0", "12", "1.5", "1e9", "1E-9", "-1.5e+3", "NaN", "Infinity", "-Infinity"})
  void number_standsAsItIs(String json) {
    JsonCursor cursor = over(json);
    assertThat(cursor.next()).isEqualTo(JsonCursor.Kind.NUMBER);
    assertThat(cursor.number()).isEqualTo(json);
    assertThat(cursor.isAtEnd()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1,\"b\":[true,false,null,{}],\"c\":\"\"}",
        " [ ] ",
        "[[],[[]],{\"x\":[{}]}]",
        "{ \"a\" : { } }",
      })
  void skip_passesOverWhatIsJson(String json) {
    JsonCursor cursor = over(json);
    cursor.skip();
    assertThat(cursor.isAtEnd()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "}",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1}",
        "{\"a\":1]",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{a:1}",
        "{'a':1}",
        "{1:1}",
        "\"open",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\\u12",
        "\"tab\tin it\"",
        "\"\\",
        "01",
        "1.",
        ".5",
        "+1",
        "-",
        "1e",
        "-NaN",
        "nan",
        "nul",
        "truE",
        "undefined",
        "/* no */ 1",
      })
  void skip_refusesWhatIsNone(String json) {
    JsonCursor cursor = over(json);
    assertThatThrownBy(
            () -> {
              cursor.skip();
              if (!cursor.isAtEnd()) {
                throw cursor.malformed("the end");
              }
            })
        .isInstanceOfSatisfying(
            FailureException.class,
            thrown -> assertThat(thrown.failure()).isInstanceOf(MalformedRequest.class));
  }

  @Test
  void skip_tooDeep() {
    assertThatThrownBy(() -> over("[".repeat(1_000_000)).skip()).hasMessageContaining("64 levels");
  }

  @Test
  void string_brokenUtf8() {
    for (byte[] broken :
        new byte[][] {
          {'"', (byte) 0xC3, '"'},
          {'"', (byte) 0xFF, '"'},
          {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'}
        }) {
      assertThatThrownBy(() -> new JsonCursor(broken).string()).hasMessageContaining("UTF-8");
    }
  }
}
