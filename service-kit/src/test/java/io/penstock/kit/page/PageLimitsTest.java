package io.penstock.kit.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PageLimitsTest {

  private static final PageLimits LIMITS = new PageLimits(100, 1000);

  @Test
  void request_withoutSize_takesTheUsual() {
    assertThat(LIMITS.request("models", 0, "").fetchSize()).isEqualTo(101);
  }

  @Test
  void request_withinTheLimits_takesWhatWasAsked() {
    assertThat(LIMITS.request("models", 7, "").fetchSize()).isEqualTo(8);
  }

  @Test
  void request_beyondTheLargest_takesTheLargest() {
    assertThat(LIMITS.request("models", Integer.MAX_VALUE, "").fetchSize()).isEqualTo(1001);
  }

  @Test
  void request_ofANegativeSize_isRefused() {
    assertThatThrownBy(() -> LIMITS.request("models", -1, ""))
        .hasMessageContaining("page_size", "was -1, expected 0 to 1000");
  }

  @Test
  void new_withTheUsualBeyondTheLargest_isRefused() {
    assertThatThrownBy(() -> new PageLimits(11, 10)).hasMessageContaining("were 11 and 10");
    assertThatThrownBy(() -> new PageLimits(0, 10)).hasMessageContaining("were 0 and 10");
  }
}
