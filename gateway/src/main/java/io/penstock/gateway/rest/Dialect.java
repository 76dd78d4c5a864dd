package io.penstock.gateway.rest;

import com.google.protobuf.Message;
import io.micronaut.http.HttpHeaders;
import io.penstock.gateway.contract.Routes.Match;
import io.penstock.gateway.contract.Rpc;
import io.penstock.kit.failure.FailureStatus;
import java.util.List;
import java.util.Map;

/// How an API writes its requests, answers and errors over HTTP. Ours is [CanonicalDialect]; a
/// foreign API brings its own.
public interface Dialect {

  /// What goes back: a status, a media type and a body.
  record Answer(int status, String mediaType, String body) {}

  /// Whether this dialect is spoken below a path.
  boolean speaksAt(String path);

  /// The request message.
  ///
  /// @param body the text of the body; empty for none
  Message request(Match match, String body, Map<String, List<String>> query, HttpHeaders headers);

  /// An instance of the message that the answer is parsed into.
  Message responsePrototype(Rpc rpc);

  /// The answer to a call that succeeded.
  Answer answer(Match match, Message response);

  /// The answer to a call that failed.
  ///
  /// @param status the HTTP status by the one table
  Answer failure(int status, FailureStatus failure, String traceId);
}
