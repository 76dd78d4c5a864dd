package io.penstock.oip.json;

import java.math.BigInteger;

/// The most significant 128 bits of the powers of five from -64 to 64, with the highest bit set.
/// Those of negative exponents are rounded up, the others down, as the algorithm of Eisel and
/// Lemire wants them.
final class PowersOfFive {

  static final int LEAST = -64;
  static final int MOST = 64;

  private static final BigInteger FIVE = BigInteger.valueOf(5);
  private static final long[] HIGH = new long[MOST - LEAST + 1];
  private static final long[] LOW = new long[MOST - LEAST + 1];

  static {
    for (int exponent = LEAST; exponent <= MOST; exponent++) {
      BigInteger bits = exponent < 0 ? reciprocal(FIVE.pow(-exponent)) : top(FIVE.pow(exponent));
      HIGH[exponent - LEAST] = bits.shiftRight(64).longValue();
      LOW[exponent - LEAST] = bits.longValue();
    }
  }

  private PowersOfFive() {}

  private static BigInteger top(BigInteger power) {
    int shift = 128 - power.bitLength();
    return power.shiftLeft(shift);
  }

  private static BigInteger reciprocal(BigInteger power) {
    int bits = power.subtract(BigInteger.ONE).bitLength();
    BigInteger quotient =
        BigInteger.ONE.shiftLeft(2 * bits + 128).divide(power).add(BigInteger.ONE);
    return quotient.shiftRight(quotient.bitLength() - 128);
  }

  static long high(int exponent) {
    return HIGH[exponent - LEAST];
  }

  static long low(int exponent) {
    return LOW[exponent - LEAST];
  }
}
