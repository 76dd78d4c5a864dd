package io.penstock.inference.rest;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.penstock.oip.Headers;
import java.nio.charset.StandardCharsets;

/// Writes answers as HTTP/1.1: head and body in one buffer, which is one write.
final class AnswerBytes {

  private static final int ROOM_FOR_HEAD = 320;
  private static final byte[] OK_JSON =
      ascii("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ");
  private static final byte[] OK_BINARY =
      ascii("HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: ");
  private static final byte[] CONTINUE = ascii("HTTP/1.1 100 Continue\r\n\r\n");

  private AnswerBytes() {}

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /// @param withBody false for the answer to HEAD
  /// @param keepAlive whether the connection stays open
  static ByteBuf of(
      RestAnswer answer, boolean withBody, boolean keepAlive, ByteBufAllocator allocator) {
    byte[] body = answer.body().bytes();
    var out = allocator.directBuffer(ROOM_FOR_HEAD + (withBody ? body.length : 0));
    statusAndType(answer, out);
    number(body.length, out);
    if (answer.body().isBinary()) {
      text("\r\n" + Headers.JSON_LENGTH + ": ", out);
      number(answer.body().jsonLength(), out);
    }
    rareHeaders(answer, keepAlive, out);
    text("\r\n\r\n", out);
    return withBody ? out.writeBytes(body) : out;
  }

  private static void statusAndType(RestAnswer answer, ByteBuf out) {
    if (answer.status() == 200) {
      out.writeBytes(answer.body().isBinary() ? OK_BINARY : OK_JSON);
    } else {
      text("HTTP/1.1 " + HttpResponseStatus.valueOf(answer.status()), out);
      text("\r\nContent-Type: " + answer.body().contentType() + "\r\nContent-Length: ", out);
    }
  }

  private static void rareHeaders(RestAnswer answer, boolean keepAlive, ByteBuf out) {
    if (answer.encoding() != null) {
      text("\r\nVary: Accept-Encoding\r\nContent-Encoding: " + answer.encoding(), out);
    }
    var retryAfter = answer.retryAfter();
    if (retryAfter != null) {
      text("\r\nRetry-After: " + Math.max(1, retryAfter.plusMillis(999).toSeconds()), out);
    }
    if (answer.status() == 401) {
      text("\r\nWWW-Authenticate: Bearer realm=\"penstock\"", out);
    }
    if (!keepAlive) {
      text("\r\nConnection: close", out);
    }
  }

  private static void number(int value, ByteBuf out) {
    text(Integer.toString(value), out);
  }

  private static void text(String text, ByteBuf out) {
    ByteBufUtil.writeAscii(out, text);
  }

  /// Tells a client that waits before it sends a large body to go on.
  static ByteBuf goOn(ByteBufAllocator allocator) {
    return allocator.directBuffer(CONTINUE.length).writeBytes(CONTINUE);
  }
}
