package io.penstock.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimesTest {

  @ParameterizedTest
  @CsvSource({
    "90, 500000000, PT1M30.5S",
    "9223372036854775807, 2147483647, PT87660000H2.147483647S",
    "-9223372036854775808, -769664, PT-87660000H-0.000769664S"
  })
  void duration_ofAnything_isWithinWhatProtobufAllows(long seconds, int nanos, String expected) {
    var proto = Duration.newBuilder().setSeconds(seconds).setNanos(nanos).build();

    assertThat(Times.duration(proto)).isEqualTo(java.time.Duration.parse(expected));
  }
}
