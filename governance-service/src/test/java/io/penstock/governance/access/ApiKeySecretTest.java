package io.penstock.governance.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ApiKeySecretTest {

  @Test
  void of_writesAll256Bits() {
    byte[] ones = new byte[32];
    Arrays.fill(ones, (byte) 0xFF);
    assertThat(ApiKeySecret.of(new byte[32]).text()).isEqualTo("pk_" + "0".repeat(43));
    assertThat(ApiKeySecret.of(ones).text()).hasSize(46).isNotEqualTo("pk_" + "z".repeat(43));
  }

  @Test
  void random_isNeverTheSame_andNeverPrinted() {
    var one = ApiKeySecret.random();
    assertThat(one.text()).matches("pk_[0-9A-Za-z]{43}").isNotEqualTo(ApiKeySecret.random().text());
    assertThat(one.toString()).isEqualTo("pk_…");
    assertThat(one.sha256()).hasSize(32);
  }
}
