package io.penstock.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalPostgresTest {

  @ParameterizedTest
  @CsvSource({"268435456,128MB", "2147483648,512MB", "68719476736,1024MB"})
  void sharedBuffers_areAQuarterOfTheMemory_withinReason(long memory, String expected) {
    assertThat(LocalPostgres.sharedBuffers(memory)).isEqualTo(expected);
  }
}
