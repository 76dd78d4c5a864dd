package io.penstock.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamePatternTest {

  private final NamePattern versions = NamePattern.of("models/{model}/versions/{number}");

  @Test
  void parse_givesTheIdsInOrder() {
    assertThat(versions.parse("name", "models/flight-delay/versions/12"))
        .containsExactly("flight-delay", "12");
  }

  @Test
  void format_isTheInverseOfParse() {
    assertThat(versions.format("flight-delay", 12)).isEqualTo("models/flight-delay/versions/12");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "models",
        "models/x",
        "models/x/versions/",
        "models//versions/1",
        "models/x/versions/1/",
        "/models/x/versions/1",
        "Models/x/versions/1",
        "models/../versions/1",
        "models/.x/versions/1",
        "models/a b/versions/1",
        "models/x\0/versions/1"
      })
  void parse_ofAnotherShape_namesTheField(String name) {
    assertThatThrownBy(() -> versions.parse("version", name)).hasMessageContaining("version");
  }
}
