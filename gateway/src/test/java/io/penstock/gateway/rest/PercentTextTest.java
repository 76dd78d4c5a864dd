package io.penstock.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.kit.failure.FailureException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PercentTextTest {

  @ParameterizedTest
  @CsvSource({
    "/a/b, /a/b",
    "/a%20b, /a b",
    "/a+b, /a+b",
    "/%C3%BC, /ü",
    "/%2e%2e%2f, /../",
    "/%252e%252e, /%2e%2e",
  })
  void path_isDecodedOnce(String raw, String path) {
    assertThat(PercentText.path(raw)).isEqualTo(path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/%", "/%2", "/%zz", "/%-1", "/%C3", "/%ff", "/%ED%A0%80", "/%c0%ae"})
  void path_malformed(String raw) {
    assertThatExceptionOfType(FailureException.class).isThrownBy(() -> PercentText.path(raw));
  }

  @Test
  void query_keepsOrderAndRepetition() {
    assertThat(PercentText.query("a=1&b=x+y%26&a=2&&c&=d"))
        .containsExactly(
            java.util.Map.entry("a", List.of("1", "2")),
            java.util.Map.entry("b", List.of("x y&")),
            java.util.Map.entry("c", List.of("")));
    assertThat(PercentText.query(null)).isEmpty();
  }
}
