package io.penstock.registry.registered;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ModelSlugTest {

  @Test
  void of_aNameThatCouldBeAnId_isTheName() {
    assertThat(ModelSlug.of("flight-delay", 0)).isEqualTo("flight-delay");
    assertThat(ModelSlug.of("flight-delay", 1)).matches("flight-delay-[0-9a-f]{8}");
  }

  @Test
  void of_anotherName_keepsItsLetters() {
    assertThat(ModelSlug.of("Verspätung im März!", 0)).matches("verspatung-im-marz-[0-9a-f]{8}");
    assertThat(ModelSlug.of("遅延", 0)).matches("model-[0-9a-f]{8}");
    assertThat(ModelSlug.of("x".repeat(80), 0)).matches("x{50}-[0-9a-f]{8}");
  }

  @Test
  void of_namesThatLookAlike_areTold() {
    assertThat(ModelSlug.of("Delay", 0)).isNotEqualTo(ModelSlug.of("delay!", 0));
  }
}
