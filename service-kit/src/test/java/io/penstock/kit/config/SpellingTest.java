package io.penstock.kit.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpellingTest {

  @Test
  void distance_countsLetters() {
    assertThat(Spelling.distance("port", "port")).isZero();
    assertThat(Spelling.distance("port", "prot")).isEqualTo(2);
    assertThat(Spelling.distance("port", "ports")).isEqualTo(1);
    assertThat(Spelling.distance("", "port")).isEqualTo(4);
    assertThat(Spelling.distance("kitten", "sitting")).isEqualTo(3);
  }
}
