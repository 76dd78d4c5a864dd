package io.penstock.monitoring.window;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The scores of a prediction's rows as they are stored: little-endian doubles.
public final class Scores {

  private Scores() {}

  public static byte[] toBytes(double[] scores) {
    var bytes = ByteBuffer.allocate(scores.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (double score : scores) {
      bytes.putDouble(score);
    }
    return bytes.array();
  }

  /// The score of one row; NaN where there is no such row.
  public static double row(byte[] scores, int row) {
    long offset = (long) row * Double.BYTES;
    return row < 0 || offset + Double.BYTES > scores.length
        ? Double.NaN
        : ByteBuffer.wrap(scores).order(ByteOrder.LITTLE_ENDIAN).getDouble((int) offset);
  }
}
