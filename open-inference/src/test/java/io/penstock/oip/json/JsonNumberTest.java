package io.penstock.oip.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonNumberTest {

  private static final long SEED = 20_010_401;
  private static final int ROUNDS = Integer.getInteger("penstock.test.numbers", 100_000);

  private final JsonNumber number = new JsonNumber();

  private int scan(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return number.scan(bytes, 0, bytes.length);
  }

  private void assertSameAsJava(String text) {
    if (scan(text) != text.length()) {
      throw new AssertionError("not read to its end: " + text);
    }
    if (Double.doubleToRawLongBits(number.toDouble())
        != Double.doubleToRawLongBits(Double.parseDouble(text))) {
      throw new AssertionError("double: " + text + " as " + number.toDouble());
    }
    if (Float.floatToRawIntBits(number.toFloat())
        != Float.floatToRawIntBits(Float.parseFloat(text))) {
      throw new AssertionError("float: " + text + " as " + number.toFloat());
    }
  }

  @Test
  void toDoubleAndFloat_randomBits() {
    Random random = new Random(SEED);
    for (int i = 0; i < ROUNDS; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(value)) {
        assertSameAsJava(Double.toString(value));
      }
      float small = Float.intBitsToFloat(random.nextInt());
      if (Float.isFinite(small)) {
        assertSameAsJava(Float.toString(small));
        assertSameAsJava(Double.toString(small));
      }
    }
  }

  @Test
  void toDoubleAndFloat_randomDigits() {
    Random random = new Random(SEED + 1);
    for (int i = 0; i < ROUNDS; i++) {
      assertSameAsJava(digits(random));
    }
  }

  private static String digits(RandomGenerator random) {
    StringBuilder text = new StringBuilder(random.nextBoolean() ? "-" : "");
    text.append(random.nextInt(10));
    if (text.charAt(text.length() - 1) != '0') {
      append(random, random.nextInt(22), text);
    }
    if (random.nextInt(4) > 0) {
      append(random, 1 + random.nextInt(22), text.append('.'));
    }
    if (random.nextInt(3) == 0) {
      text.append(random.nextBoolean() ? 'e' : 'E').append(random.nextInt(90) - 45);
    }
    return text.toString();
  }

  private static void append(RandomGenerator random, int count, StringBuilder text) {
    int most = random.nextBoolean() ? 10 : 1;
    for (int i = 0; i < count; i++) {
      text.append(random.nextInt(most));
    }
  }

  /// Halfway between two neighbours, and a hair beside it: where a parser rounds wrongly if it
  /// does.
  @Test
  void toDoubleAndFloat_halfway() {
    Random random = new Random(SEED + 2);
    for (int i = 0; i < ROUNDS / 10; i++) {
      double below = Double.longBitsToDouble((random.nextLong() >>> 2) & 0x3FFF_FFFF_FFFF_FFFFL);
      double scaled = Math.scalb(Math.getExponent(below) > 300 ? 1.5 : below, -random.nextInt(20));
      around(new BigDecimal(scaled).add(new BigDecimal(Math.nextUp(scaled))).divide(TWO));
      float single = Float.intBitsToFloat((random.nextInt() >>> 1) % 0x7F00_0000);
      around(new BigDecimal(single).add(new BigDecimal(Math.nextUp(single))).divide(TWO));
    }
  }

  private static final BigDecimal TWO = BigDecimal.valueOf(2);

  private void around(BigDecimal value) {
    String text = value.toString();
    if (text.length() < 400) {
      assertSameAsJava(text);
      BigDecimal ulp = value.ulp();
      assertSameAsJava(value.add(ulp).toString());
      assertSameAsJava(value.subtract(ulp).toString());
      assertSameAsJava(value.round(new java.math.MathContext(17)).toString());
      assertSameAsJava(value.round(new java.math.MathContext(19)).toString());
    }
  }

  @Test
  void toDoubleAndFloat_known() {
    List.of(
            "0",
            "-0",
            "0.0",
            "-0.0e5",
            "1e-400",
            "1e400",
            "-1e400",
            "1e99999999999",
            "1e-99999999999",
            "0e99999999999",
            "4.9e-324",
            "2.4703282292062327e-324",
            "2.2250738585072014E-308",
            "1.7976931348623157E308",
            "1.7976931348623159E308",
            "3.4028235E38",
            "3.4028235677973366e38",
            "3.4028236e38",
            "1.4e-45",
            "7.0e-46",
            "7.1e-46",
            "1.17549435E-38",
            "16777217",
            "16777219",
            "9007199254740993",
            "9007199254740992.0001",
            "9223372036854775807",
            "9223372036854775808",
            "18446744073709551615",
            "18446744073709551616",
            "0.1",
            "0.30000000000000004",
            "6.02214076e23",
            "1e22",
            "1e23",
            "8.5e22",
            "123456789012345678901234567890",
            "0.000000000000000000000000000001234567890123456789")
        .forEach(this::assertSameAsJava);
    assertSameAsJava("1" + "0".repeat(5_000));
    assertSameAsJava("0." + "0".repeat(5_000) + "1");
    assertSameAsJava("1." + "7".repeat(100_000));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "-", "+1", "01", "-01", ".5", "1.", "1.e5", "1e", "1e+", "1E-", "--1", "-a", "e5"
      })
  void scan_whatIsNoNumber(String text) {
    assertThat(scan(text)).isEqualTo(-1);
  }

  @Test
  void scan_stopsBehindTheNumber() {
    assertThat(scan("12,3")).isEqualTo(2);
    assertThat(scan("1.5]")).isEqualTo(3);
    assertThat(scan("1.5e3 ")).isEqualTo(5);
    assertThat(scan("0x10")).isEqualTo(1);
  }

  @Test
  void toLong_exact() {
    assertThat(longOf("9223372036854775807")).isEqualTo(Long.MAX_VALUE);
    assertThat(longOf("-9223372036854775808")).isEqualTo(Long.MIN_VALUE);
    assertThat(longOf("9007199254740993")).isEqualTo(9007199254740993L);
    assertThat(longOf("1.0")).isEqualTo(1);
    assertThat(longOf("2e3")).isEqualTo(2_000);
    assertThat(longOf("1500e-2")).isEqualTo(15);
    assertThat(longOf("-0")).isZero();
  }

  private long longOf(String text) {
    scan(text);
    return number.toLong(Long.MIN_VALUE, Long.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.5",
        "9223372036854775808",
        "-9223372036854775809",
        "1e19",
        "1e999999999",
        "1e-1",
        "123456789012345678901234567890"
      })
  void toLong_whatIsNone(String text) {
    scan(text);
    assertThatThrownBy(() -> number.toLong(Long.MIN_VALUE, Long.MAX_VALUE))
        .isInstanceOf(NumberFormatException.class)
        .hasMessageContaining("expected: ");
  }

  @Test
  void toUnsignedLong_beyondALong() {
    scan("18446744073709551615");
    assertThat(number.toUnsignedLong()).isEqualTo(-1);
    assertThat(number.isPlainInteger()).isTrue();
    scan("18446744073709551616");
    assertThat(number.isPlainInteger()).isFalse();
    assertThatThrownBy(number::toUnsignedLong).isInstanceOf(NumberFormatException.class);
    scan("-1");
    assertThatThrownBy(number::toUnsignedLong).isInstanceOf(NumberFormatException.class);
  }
}
