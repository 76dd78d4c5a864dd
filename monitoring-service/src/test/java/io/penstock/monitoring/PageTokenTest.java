package io.penstock.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.kit.failure.FailureException;
import java.util.List;
import org.junit.jupiter.api.Test;

class PageTokenTest {

  @Test
  void parse_readsWhatItWrote() {
    var token = new PageToken(123_456_789_012L);

    assertThat(PageToken.parse(token.toString())).isEqualTo(token);
    assertThat(PageToken.parse("")).isEqualTo(new PageToken(Long.MAX_VALUE));
  }

  @Test
  void parse_whatWeNeverGave_isRefused() {
    for (var token : List.of("abc", "%%%", "AAAAAAAAAAAAAAAAAAAA")) {
      assertThatThrownBy(() -> PageToken.parse(token)).isInstanceOf(FailureException.class);
    }
  }

  @Test
  void page_knowsWhetherThereIsMore() {
    assertThat(Page.of(List.of(9L, 8L, 7L), 2, Long::longValue).nextToken())
        .isEqualTo(new PageToken(8).toString());
    assertThat(Page.of(List.of(9L, 8L), 2, Long::longValue).nextToken()).isEmpty();
  }
}
