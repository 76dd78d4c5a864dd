package io.penstock.gateway.oip;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.penstock.oip.Compression;
import io.penstock.oip.Headers;
import io.penstock.oip.HttpBody;
import java.util.Map;
import java.util.Optional;

/// The answer to a prediction over REST, compressed where its caller takes that and it is worth it.
///
/// @param bytes of the body as they go over the wire
record InferAnswer(
    int status, HttpBody body, Optional<String> encoding, byte[] bytes, Map<String, String> more) {

  /// @param asked the headers of the request
  static InferAnswer of(int status, HttpBody body, Headers asked) {
    Optional<String> encoding = Compression.worthwhile(asked, body.bytes().length);
    byte[] bytes =
        encoding.map(it -> Compression.deflated(body.bytes(), it)).orElseGet(body::bytes);
    return new InferAnswer(status, body, encoding, bytes, Map.of());
  }

  InferAnswer with(Map<String, String> headers) {
    return new InferAnswer(status, body, encoding, bytes, headers);
  }

  /// @param date the value of the header
  FullHttpResponse toResponse(String traceId, String date) {
    var response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(status),
            Unpooled.wrappedBuffer(bytes));
    var headers = response.headers();
    headers.set(HttpHeaderNames.CONTENT_TYPE, body.contentType());
    headers.setInt(HttpHeaderNames.CONTENT_LENGTH, bytes.length);
    headers.set(HttpHeaderNames.DATE, date);
    headers.set("X-Trace-Id", traceId);
    if (body.isBinary()) {
      headers.setInt(Headers.JSON_LENGTH, body.jsonLength());
    }
    encoding.ifPresent(it -> headers.set(HttpHeaderNames.CONTENT_ENCODING, it));
    more.forEach(headers::set);
    return response;
  }
}
