package io.penstock.gateway.rest;

import com.google.protobuf.Message;
import io.penstock.gateway.contract.Routes.Match;
import io.penstock.gateway.contract.Rpc;
import io.penstock.kit.failure.FailureStatus;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// How an API writes its requests, answers and errors over HTTP. Ours is [CanonicalDialect]; a
/// foreign API brings its own.
public interface Dialect {

  /// What goes back: a status, a media type, further headers, and a body.
  record Answer(int status, String mediaType, Map<String, String> headers, byte[] body) {

    public static Answer of(int status, String mediaType, String body) {
      return new Answer(status, mediaType, Map.of(), body.getBytes(StandardCharsets.UTF_8));
    }
  }

  /// Whether this dialect is spoken below a path.
  boolean speaksAt(String path);

  /// The request message.
  Message request(Match match, RestRequest request);

  /// An instance of the message that the answer is parsed into.
  Message responsePrototype(Rpc rpc);

  /// The answer to a call that succeeded.
  ///
  /// @param message what [#request] read
  Answer answer(Match match, RestRequest request, Message message, Message response);

  /// The answer to a call that failed.
  ///
  /// @param status the HTTP status by the one table
  Answer failure(int status, FailureStatus failure, String traceId);
}
