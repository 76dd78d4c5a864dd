package io.penstock.gateway.rest;

import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.types.files.StreamedFile;
import io.penstock.gateway.GatewayFailure.UnknownRoute;
import io.penstock.gateway.GatewayFailure.VerbNotAllowed;
import io.penstock.gateway.contract.Routes;
import io.penstock.gateway.contract.Routes.Lookup.Found;
import io.penstock.gateway.contract.Routes.Lookup.Unknown;
import io.penstock.gateway.contract.Routes.Lookup.WrongVerb;
import io.penstock.gateway.contract.Routes.Match;
import io.penstock.gateway.edge.Gatekeeper;
import io.penstock.gateway.forward.Deadlines;
import io.penstock.gateway.forward.Upstreams;
import io.penstock.gateway.forward.Upstreams.Call;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.FailureStatus;
import io.penstock.kit.grpc.Credentials;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;

/// The way of a REST call: find the RPC, admit the caller, read the request, call the service,
/// write the answer.
@Singleton
final class RestCalls {

  private static final MediaType NDJSON = MediaType.of("application/x-ndjson");

  private final Routes routes;
  private final Dialects dialects;
  private final Gatekeeper gatekeeper;
  private final Bodies bodies;
  private final Deadlines deadlines;
  private final Upstreams upstreams;
  private final Refusals refusals;
  private final Exchanges exchanges;

  RestCalls(
      Routes routes,
      Dialects dialects,
      Gatekeeper gatekeeper,
      Bodies bodies,
      Deadlines deadlines,
      Upstreams upstreams,
      Refusals refusals,
      Exchanges exchanges) {
    this.routes = routes;
    this.dialects = dialects;
    this.gatekeeper = gatekeeper;
    this.bodies = bodies;
    this.deadlines = deadlines;
    this.upstreams = upstreams;
    this.refusals = refusals;
    this.exchanges = exchanges;
  }

  /// Closes the body: what a refusal left unread must not hold up the next request of the
  /// connection.
  HttpResponse<?> handle(HttpRequest<?> request, InputStream body) {
    try (body) {
      return exchanges.observe(request, exchange -> answer(request, body, exchange));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private MutableHttpResponse<?> answer(
      HttpRequest<?> request, InputStream body, Exchange exchange) {
    Dialect dialect = dialects.at(request.getPath());
    try {
      Match match = find(request);
      exchange.routed(match.rpc(), match.binding());
      Optional<String> credential = credentialOf(request);
      exchange.admitted(gatekeeper.admit(match.rpc(), credential));
      return call(match, dialect, request, body, credential);
    } catch (RuntimeException e) {
      return refused(dialect, refusals.statusOf(e), exchange);
    }
  }

  private Match find(HttpRequest<?> request) {
    String verb = RestRequest.verb(request);
    String path = request.getPath();
    return switch (routes.find(verb, path)) {
      case Found(var match) -> match;
      case WrongVerb(var allowed) ->
          throw new FailureException(new VerbNotAllowed(verb, path, allowed));
      case Unknown() -> throw new FailureException(new UnknownRoute(verb, path));
    };
  }

  private MutableHttpResponse<?> call(
      Match match,
      Dialect dialect,
      HttpRequest<?> request,
      InputStream body,
      Optional<String> credential) {
    Call call =
        new Call(
            match.rpc(),
            metadata(credential),
            timeout(match, request),
            dialect.responsePrototype(match.rpc()));
    if (match.rpc().method().isClientStreaming()) {
      Message response = upstreams.clientStreaming(call, bodies.upload(match, request, body));
      RestRequest declaration = RestRequest.of(request, new byte[0]);
      return written(dialect.answer(match, declaration, Empty.getDefaultInstance(), response));
    }
    RestRequest whole = RestRequest.of(request, bodies.bytes(request, body));
    Message message = dialect.request(match, whole);
    if (match.rpc().method().isServerStreaming()) {
      return streamed(match, new AnswerStream(match, upstreams.serverStreaming(call, message)));
    }
    return written(dialect.answer(match, whole, message, upstreams.unary(call, message)));
  }

  private Duration timeout(Match match, HttpRequest<?> request) {
    return deadlines.of(match.rpc().cost(), request.getHeaders().get("X-Request-Timeout"));
  }

  private static Optional<String> credentialOf(HttpRequest<?> request) {
    return Credentials.of(
        request.getHeaders().get("Authorization"), request.getHeaders().get("X-API-Key"));
  }

  private static Metadata metadata(Optional<String> credential) {
    Metadata metadata = new Metadata();
    credential.ifPresent(it -> metadata.put(Credentials.AUTHORIZATION, Credentials.bearer(it)));
    return metadata;
  }

  private static MutableHttpResponse<?> written(Dialect.Answer answer) {
    MutableHttpResponse<?> response =
        HttpResponse.status(HttpStatus.valueOf(answer.status()))
            .contentType(answer.mediaType())
            .body(answer.body());
    answer.headers().forEach(response::header);
    return response;
  }

  private static MutableHttpResponse<?> streamed(Match match, AnswerStream stream) {
    boolean raw = !match.binding().responseBody().isEmpty();
    return HttpResponse.ok(
        new StreamedFile(stream, raw ? MediaType.APPLICATION_OCTET_STREAM_TYPE : NDJSON));
  }

  private static MutableHttpResponse<?> refused(
      Dialect dialect, FailureStatus failure, Exchange exchange) {
    int status = HttpCodes.of(failure);
    Dialect.Answer answer = dialect.failure(status, failure, exchange.traceId());
    MutableHttpResponse<?> response =
        HttpResponse.status(status, failure.reason())
            .contentType(answer.mediaType())
            .body(answer.body());
    Refusals.headers(status, failure).forEach(response::header);
    return response;
  }
}
