package io.penstock.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageRequestTest {

  @Test
  void of_withoutSize_takesTheDefault() {
    assertThat(PageRequest.of("models", 0, "").size()).isEqualTo(100);
  }

  @Test
  void of_beyondTheLargest_takesTheLargest() {
    assertThat(PageRequest.of("models", 5000, "").size()).isEqualTo(1000);
  }

  @Test
  void of_negative_isRefused() {
    assertThatThrownBy(() -> PageRequest.of("models", -1, "")).hasMessageContaining("page_size");
  }

  @Test
  void page_withOneRowTooMany_givesATokenOfTheLastRowShown() {
    var request = PageRequest.of("points/a\nb", 2, "");
    var page = request.page(List.of("a", "b", "c"), row -> List.of(row, 7));

    assertThat(page.rows()).containsExactly("a", "b");
    assertThat(PageRequest.of("points/a\nb", 2, page.nextToken()).after())
        .containsExactly("b", "7");
  }

  @Test
  void page_withNoMore_hasNoToken() {
    assertThat(PageRequest.of("models", 2, "").page(List.of("a", "b"), List::of).nextToken())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"?", "YQ", "bW9kZWxz", "dmVyc2lvbnMKYQ"})
  void of_aForeignToken_isRefused(String token) {
    assertThatThrownBy(() -> PageRequest.of("models", 2, token)).hasMessageContaining("page_token");
  }

  @Test
  void of_aTokenWithNul_isRefused() {
    var bytes = "models\na\0b".getBytes(StandardCharsets.UTF_8);
    var token = Base64.getUrlEncoder().encodeToString(bytes);
    assertThatThrownBy(() -> PageRequest.of("models", 2, token)).hasMessageContaining("page_token");
  }
}
