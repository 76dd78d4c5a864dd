package io.penstock.inference.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SplitKeyTest {

  @Test
  void sameKey_sameSide() {
    for (int i = 0; i < 1_000; i++) {
      assertThat(SplitKey.of("user-" + i).fallsInto(20, "m"))
          .isEqualTo(SplitKey.of("user-" + i).fallsInto(20, "m"));
    }
  }

  @Test
  void growingShare_keepsThoseWhoWereIn() {
    for (int i = 0; i < 1_000; i++) {
      var key = SplitKey.of("user-" + i);
      assertThat(!key.fallsInto(20, "m") || key.fallsInto(50, "m")).isTrue();
    }
  }

  @Test
  void share_isWhatItSays() {
    assertThat(share("user-", 20, "m")).isCloseTo(0.2, within(0.01));
    assertThat(share("", 1, "m")).isCloseTo(0.01, within(0.005));
    assertThat(share("user-", 0, "m")).isZero();
    assertThat(share("user-", 100, "m")).isEqualTo(1);
  }

  @Test
  void splits_areIndependent() {
    long both =
        IntStream.range(0, 20_000)
            .mapToObj(i -> SplitKey.of("user-" + i))
            .filter(key -> key.fallsInto(50, "canary/m") && key.fallsInto(50, "shadow/m"))
            .count();
    assertThat(both / 20_000.0).isCloseTo(0.25, within(0.02));
  }

  private static double share(String prefix, int percent, String salt) {
    return IntStream.range(0, 20_000)
            .filter(i -> SplitKey.of(prefix + i).fallsInto(percent, salt))
            .count()
        / 20_000.0;
  }
}
