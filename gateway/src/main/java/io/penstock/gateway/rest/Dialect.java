package io.penstock.gateway.rest;

import com.google.protobuf.Message;
import io.penstock.gateway.contract.Routes.Match;
import io.penstock.gateway.contract.Rpc;
import io.penstock.kit.failure.FailureStatus;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/// How an API writes its requests, answers and errors over HTTP. Ours is [CanonicalDialect]; a
/// foreign API brings its own.
public interface Dialect {

  /// What goes back: a status, a media type, further headers, and a body.
  record Answer(int status, String mediaType, Map<String, String> headers, byte[] body) {

    public static Answer of(int status, String mediaType, String body) {
      return new Answer(status, mediaType, Map.of(), body.getBytes(StandardCharsets.UTF_8));
    }

    public Answer with(Map<String, String> more) {
      return new Answer(status, mediaType, more, body);
    }
  }

  /// What goes back before the body of a stream.
  ///
  /// @param length of the body in bytes; negative where it is not known
  record Opening(String mediaType, Map<String, String> headers, long length) {}

  /// Whether this dialect is spoken at a path.
  boolean speaksAt(String path);

  /// The path by which the contract knows what this API has under several.
  default String canonical(String path) {
    return path;
  }

  /// The largest body of a request, in bytes.
  ///
  /// @param most what is configured for all
  default int largestBody(Rpc rpc, int most) {
    return most;
  }

  /// The request message.
  Message request(Match match, RestRequest request);

  /// The first message of an upload, its bytes still to be filled in.
  ///
  /// @param request without its body
  default Message declaration(Match match, RestRequest request) {
    throw new IllegalStateException("an API without uploads has " + match.rpc().fullName());
  }

  /// An instance of the message that the answer is parsed into.
  Message responsePrototype(Rpc rpc);

  /// The answer to a call that succeeded.
  ///
  /// @param message what [#request] read, or [#declaration]
  Answer answer(Match match, RestRequest request, Message message, Message response);

  /// What precedes a stream of answers.
  ///
  /// @param first empty where there are none
  default Opening opening(Match match, Optional<Message> first) {
    throw new IllegalStateException("an API without streams has " + match.rpc().fullName());
  }

  /// The answer to a call that failed.
  ///
  /// @param status the HTTP status by the one table
  Answer failure(int status, FailureStatus failure, String traceId);
}
