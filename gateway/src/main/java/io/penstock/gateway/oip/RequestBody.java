package io.penstock.gateway.oip;

import io.netty.buffer.ByteBuf;
import io.penstock.gateway.GatewayFailure.BodyTooLarge;
import io.penstock.kit.failure.FailureException;
import java.util.Arrays;

/// Gathers the body of a request. What is longer than allowed, or not wanted any more, is read and
/// dropped, so that the answer can follow.
final class RequestBody {

  private static final int FIRST_GUESS = 4 * 1024;

  private final int most;
  private byte[] bytes;
  private int length;
  private boolean dropped;

  /// @param announced the length that the request says; negative where it says none
  RequestBody(long announced, int most) {
    this.most = most;
    this.dropped = announced > most;
    this.bytes = new byte[dropped ? 0 : announced < 0 ? FIRST_GUESS : (int) announced];
  }

  void add(ByteBuf part) {
    int more = part.readableBytes();
    if (!dropped && more > most - length) {
      drop();
    }
    if (!dropped && more > 0) {
      makeRoom(more);
      part.readBytes(bytes, length, more);
      length += more;
    }
  }

  private void makeRoom(int more) {
    if (more > bytes.length - length) {
      bytes =
          Arrays.copyOf(bytes, (int) Math.min(most, Math.max(2L * bytes.length, length + more)));
    }
  }

  void drop() {
    dropped = true;
    bytes = new byte[0];
    length = 0;
  }

  /// All of it. The body must not be used afterwards.
  ///
  /// @throws FailureException `BODY_TOO_LARGE`
  byte[] take() {
    if (dropped) {
      throw new FailureException(new BodyTooLarge(most));
    }
    return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
  }
}
