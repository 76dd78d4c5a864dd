package io.penstock.oip.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/// One number of a JSON text: significand and exponent, read in one pass, and its value as whatever
/// type is asked for. A reader has one and fills it again and again.
///
/// Up to 19 digits become a double by the algorithm of Eisel and Lemire ("Number parsing at a
/// gigabyte per second", 2021); what it leaves open, Java's own parser decides.
public final class JsonNumber {

  private static final BigInteger LEAST_LONG = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MOST_UNSIGNED =
      BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

  /// Digits that an unsigned long holds, whichever they are.
  private static final int DIGITS_OF_A_LONG = 19;

  private static final int MOST_EXPONENT = 100_000;
  private static final double[] POWERS_OF_TEN = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  private byte[] text = {};
  private int start;
  private int end;
  private long significand;
  private int exponent;
  private boolean negative;

  /// Whether the number is written as an integer: without a point and an exponent.
  private boolean plain;

  /// Whether `significand` holds all digits.
  private boolean complete;

  JsonNumber() {}

  /// Reads the number that begins at an index.
  ///
  /// @return the index behind it; -1 where no number is
  int scan(byte[] source, int from, int limit) {
    text = source;
    start = from;
    negative = from < limit && source[from] == '-';
    significand = 0;
    int at = digits(negative ? from + 1 : from, limit);
    int first = negative ? from + 1 : from;
    int count = at - first;
    if (count == 0 || (count > 1 && source[first] == '0')) {
      return -1;
    }
    exponent = 0;
    plain = true;
    if (at < limit && source[at] == '.') {
      int behind = digits(at + 1, limit);
      exponent = at + 1 - behind;
      count -= exponent;
      at = behind;
      plain = false;
      if (exponent == 0) {
        return -1;
      }
    }
    complete = count <= DIGITS_OF_A_LONG || count - leadingZeros(first, at) <= DIGITS_OF_A_LONG;
    if (at < limit && (source[at] | 0x20) == 'e') {
      at = exponent(at + 1, limit);
      plain = false;
    }
    end = at;
    return at;
  }

  private int digits(int from, int limit) {
    int at = from;
    long value = significand;
    for (; at < limit; at++) {
      int digit = text[at] - '0';
      if (digit < 0 || digit > 9) {
        break;
      }
      value = value * 10 + digit;
    }
    significand = value;
    return at;
  }

  private int leadingZeros(int from, int to) {
    int zeros = 0;
    for (int at = from; at < to && (text[at] == '0' || text[at] == '.'); at++) {
      zeros += text[at] == '0' ? 1 : 0;
    }
    return zeros;
  }

  private int exponent(int from, int limit) {
    boolean below = from < limit && text[from] == '-';
    int at = below || (from < limit && text[from] == '+') ? from + 1 : from;
    int first = at;
    int value = 0;
    for (; at < limit && text[at] >= '0' && text[at] <= '9'; at++) {
      value = Math.min(MOST_EXPONENT, value * 10 + text[at] - '0');
    }
    exponent += below ? -value : value;
    return at == first ? -1 : at;
  }

  /// The nearest double; infinite beyond the type.
  public double toDouble() {
    if (!complete) {
      return Double.parseDouble(toString());
    }
    if (significand == 0) {
      return negative ? -0.0 : 0.0;
    }
    if (significand >>> 53 == 0 && exponent >= -22 && exponent <= 22) {
      double value =
          exponent < 0
              ? significand / POWERS_OF_TEN[-exponent]
              : significand * POWERS_OF_TEN[exponent];
      return negative ? -value : value;
    }
    return scaled();
  }

  /// The nearest float; infinite beyond the type.
  public float toFloat() {
    double value = toDouble();
    return isRoundedSafely(value) ? (float) value : Float.parseFloat(toString());
  }

  /// Whether a double rounds to the float that the digits round to: not where it lies halfway
  /// between two floats, as it may have been rounded to there.
  private static boolean isRoundedSafely(double value) {
    return (Double.doubleToRawLongBits(value) & 0x1FFF_FFFFL) != 0x1000_0000L
        && (Math.abs(value) >= Float.MIN_NORMAL || value == 0);
  }

  /// significand × 10^exponent by one product of 64 and 128 bits.
  private double scaled() {
    if (exponent < PowersOfFive.LEAST || exponent > PowersOfFive.MOST) {
      return Double.parseDouble(toString());
    }
    int shift = Long.numberOfLeadingZeros(significand);
    long factor = significand << shift;
    long power = PowersOfFive.high(exponent);
    long high = Math.unsignedMultiplyHigh(factor, power);
    long low = factor * power;
    if ((high & 0x1FF) == 0x1FF) {
      long more = Math.unsignedMultiplyHigh(factor, PowersOfFive.low(exponent));
      low += more;
      high += Long.compareUnsigned(low, more) < 0 ? 1 : 0;
    }
    return rounded(high, low, shift);
  }

  private double rounded(long high, long low, int shift) {
    int top = (int) (high >>> 63);
    long mantissa = high >>> (top + 9);
    int binary = ((217_706 * exponent) >> 16) + 63 + top - shift + 1023;
    boolean halfway = Long.compareUnsigned(low, 1) <= 0 && (mantissa & 3) == 1;
    if (low == -1L || halfway || binary <= 1 || binary >= 2045) {
      return Double.parseDouble(toString());
    }
    mantissa = (mantissa + (mantissa & 1)) >>> 1;
    // A carry out of the mantissa goes on into the exponent.
    long bits = ((long) (binary - 1) << 52) + mantissa;
    return Double.longBitsToDouble(negative ? bits | Long.MIN_VALUE : bits);
  }

  /// The integer that the number is, written with an exponent or not.
  ///
  /// @throws NumberFormatException where it is none, or outside the bounds, with words that fit
  ///   after a field name
  public long toLong(long min, long max) {
    if (plain && end - start < DIGITS_OF_A_LONG) {
      long value = negative ? -significand : significand;
      if (value >= min && value <= max) {
        return value;
      }
      throw new NumberFormatException("%d (expected: %d to %d)".formatted(value, min, max));
    }
    BigInteger value = exact();
    if (value.bitLength() > 63 || value.longValue() < min || value.longValue() > max) {
      throw new NumberFormatException("%s (expected: %d to %d)".formatted(shown(), min, max));
    }
    return value.longValue();
  }

  /// The integer that the number is, as the bits of an unsigned long.
  ///
  /// @throws NumberFormatException where it is none, or beyond 64 bits
  public long toUnsignedLong() {
    BigInteger value = exact();
    if (value.signum() < 0 || value.bitLength() > 64) {
      throw new NumberFormatException(shown() + " (expected: 0 to 18446744073709551615)");
    }
    return value.longValue();
  }

  /// Whether the number is an integer from -2^63 to 2^64 - 1 that is written as one.
  public boolean isPlainInteger() {
    if (!plain || end - start > 20) {
      return false;
    }
    BigInteger value = exact();
    return value.compareTo(LEAST_LONG) >= 0 && value.compareTo(MOST_UNSIGNED) <= 0;
  }

  private BigInteger exact() {
    if (complete && plain) {
      BigInteger value = new BigInteger(Long.toUnsignedString(significand));
      return negative ? value.negate() : value;
    }
    if (end - start > 64 || exponent > 64 || exponent < -64) {
      throw new NumberFormatException(shown() + " (expected: an integer of 64 bits)");
    }
    try {
      return new BigDecimal(toString()).toBigIntegerExact();
    } catch (ArithmeticException fraction) {
      throw new NumberFormatException(shown() + " (expected: an integer)");
    }
  }

  private String shown() {
    return end - start > 40 ? "a number of " + (end - start) + " characters" : toString();
  }

  /// The number as it is written.
  @Override
  public String toString() {
    return new String(text, start, end - start, StandardCharsets.ISO_8859_1);
  }
}
