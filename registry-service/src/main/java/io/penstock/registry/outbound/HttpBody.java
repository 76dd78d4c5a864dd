package io.penstock.registry.outbound;

import java.io.IOException;
import java.io.InputStream;

/// A body whose length is known in parts: one part where the head said how long it is, a part a
/// chunk where it did not.
final class HttpBody extends InputStream {

  private static final int LONGEST_LINE = 4 << 10;

  private final InputStream in;
  private final boolean chunked;
  private long left;
  private boolean begun;
  private boolean ended;

  private HttpBody(InputStream in, boolean chunked, long left) {
    this.in = in;
    this.chunked = chunked;
    this.left = left;
  }

  static InputStream of(String method, HttpHead head, InputStream in) throws IOException {
    if (method.equals("HEAD") || head.status() == 204 || head.status() == 304) {
      return InputStream.nullInputStream();
    }
    var coding = head.headers().get("transfer-encoding");
    if (coding != null) {
      return new HttpBody(in, requireChunked(coding), 0);
    }
    var length = head.headers().get("content-length");
    return length == null ? in : new HttpBody(in, false, number(length, 10));
  }

  private static boolean requireChunked(String coding) throws IOException {
    if (!coding.equalsIgnoreCase("chunked")) {
      throw new IOException("the answer is coded as '%s', expected chunked".formatted(coding));
    }
    return true;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (left == 0 && !nextPart()) {
      return -1;
    }
    int count = in.read(bytes, offset, (int) Math.min(length, left));
    if (count < 0) {
      throw new IOException("the answer ended %d bytes early".formatted(left));
    }
    left -= count;
    return count;
  }

  private boolean nextPart() throws IOException {
    if (!chunked || ended) {
      return false;
    }
    if (begun && !HttpHead.line(in, LONGEST_LINE).isEmpty()) {
      throw new IOException("a chunk is longer than it said");
    }
    begun = true;
    var size = HttpHead.line(in, LONGEST_LINE).split(";", 2)[0].strip();
    left = number(size, 16);
    ended = left == 0;
    return !ended;
  }

  private static long number(String text, int radix) throws IOException {
    try {
      long number = Long.parseLong(text, radix);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException _) {
      // Said below.
    }
    throw new IOException("the answer's length '%s' is no number".formatted(text));
  }
}
