package io.penstock.gateway.rest;

import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.micronaut.http.HttpMethod;
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
import io.penstock.gateway.edge.Credential;
import io.penstock.gateway.edge.Gatekeeper;
import io.penstock.gateway.edge.InFlight;
import io.penstock.gateway.forward.Answers;
import io.penstock.gateway.forward.Deadlines;
import io.penstock.gateway.forward.Upstreams;
import io.penstock.gateway.forward.Upstreams.Call;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.FailureStatus;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The way of a REST call: find the RPC, admit the caller, read the request, call the service,
/// write the answer.
@Singleton
final class RestCalls {

  private final Routes routes;
  private final Dialects dialects;
  private final Gatekeeper gatekeeper;
  private final Bodies bodies;
  private final BodyClock clock;
  private final InFlight inFlight;
  private final Deadlines deadlines;
  private final Upstreams upstreams;
  private final Refusals refusals;
  private final Exchanges exchanges;

  RestCalls(
      Routes routes,
      Dialects dialects,
      Gatekeeper gatekeeper,
      Bodies bodies,
      BodyClock clock,
      InFlight inFlight,
      Deadlines deadlines,
      Upstreams upstreams,
      Refusals refusals,
      Exchanges exchanges) {
    this.routes = routes;
    this.dialects = dialects;
    this.gatekeeper = gatekeeper;
    this.bodies = bodies;
    this.clock = clock;
    this.inFlight = inFlight;
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
      String path = PercentText.path(request.getUri().getRawPath());
      dialect = dialects.at(path);
      Match match = find(RestRequest.verb(request), dialect.canonical(path));
      exchange.routed(match.rpc(), match.binding());
      Optional<Credential> credential = RestRequest.credential(request.getHeaders());
      exchange.admitted(gatekeeper.admit(match.rpc(), credential));
      return counted(match, dialect, request, body, credential);
    } catch (RuntimeException e) {
      return refused(dialect, refusals.statusOf(e), exchange);
    }
  }

  private Match find(String verb, String path) {
    return switch (routes.find(verb, path)) {
      case Found(var match) -> match;
      case WrongVerb(var allowed) ->
          throw new FailureException(new VerbNotAllowed(verb, path, allowed));
      case Unknown() -> throw new FailureException(new UnknownRoute(verb, path));
    };
  }

  private MutableHttpResponse<?> counted(
      Match match,
      Dialect dialect,
      HttpRequest<?> request,
      InputStream body,
      Optional<Credential> credential) {
    InFlight.Share share = inFlight.enter();
    try {
      return call(match, dialect, request, body, credential, share);
    } finally {
      share.leave();
    }
  }

  private MutableHttpResponse<?> call(
      Match match,
      Dialect dialect,
      HttpRequest<?> request,
      InputStream body,
      Optional<Credential> credential,
      InFlight.Share share) {
    Call call =
        new Call(
            match.rpc(),
            credential.map(Credential::forwarded).orElseGet(Metadata::new),
            timeout(match, request),
            dialect.responsePrototype(match.rpc()));
    if (match.rpc().method().isClientStreaming()) {
      RestRequest head = RestRequest.of(request, new byte[0]);
      Message first = dialect.declaration(match, head);
      Message response =
          clock.within(
              call.timeout(),
              () -> upstreams.clientStreaming(call, bodies.upload(match, request, body, first)));
      return written(dialect.answer(match, head, first, response));
    }
    RestRequest whole =
        RestRequest.of(request, bodies.bytes(match.rpc(), dialect, request, body, share));
    Message message = dialect.request(match, whole);
    if (match.rpc().method().isServerStreaming()) {
      return streamed(match, dialect, request, upstreams.serverStreaming(call, message));
    }
    return written(dialect.answer(match, whole, message, upstreams.unary(call, message)));
  }

  private Duration timeout(Match match, HttpRequest<?> request) {
    return deadlines.of(match.rpc().cost(), request.getHeaders().get("X-Request-Timeout"));
  }

  private static MutableHttpResponse<?> written(Dialect.Answer answer) {
    MutableHttpResponse<?> response =
        HttpResponse.status(HttpStatus.valueOf(answer.status()))
            .contentType(answer.mediaType())
            .body(answer.body());
    answer.headers().forEach(response::header);
    return response;
  }

  private static MutableHttpResponse<?> streamed(
      Match match, Dialect dialect, HttpRequest<?> request, Answers answers) {
    AnswerStream stream = new AnswerStream(match, answers);
    Dialect.Opening opening = dialect.opening(match, stream.first());
    MutableHttpResponse<?> response =
        request.getMethod() == HttpMethod.HEAD ? head(opening, stream) : body(opening, stream);
    opening.headers().forEach(response::header);
    return response;
  }

  private static MutableHttpResponse<?> body(Dialect.Opening opening, AnswerStream stream) {
    MediaType type = MediaType.of(opening.mediaType());
    long length = opening.length();
    return HttpResponse.ok(
        length < 0
            ? new StreamedFile(stream, type)
            : new StreamedFile(stream.announcing(length), type, 0, length));
  }

  private static MutableHttpResponse<?> head(Dialect.Opening opening, AnswerStream stream) {
    stream.close();
    MutableHttpResponse<?> response = HttpResponse.ok().contentType(opening.mediaType());
    return opening.length() < 0 ? response : response.contentLength(opening.length());
  }

  private static MutableHttpResponse<?> refused(
      Dialect dialect, FailureStatus failure, Exchange exchange) {
    Dialect.Answer answer = dialect.failure(HttpCodes.of(failure), failure, exchange.traceId());
    MutableHttpResponse<?> response =
        HttpResponse.status(answer.status(), failure.reason())
            .contentType(answer.mediaType())
            .body(answer.body());
    Map<String, String> headers = new HashMap<>(Refusals.headers(answer.status(), failure));
    headers.putAll(answer.headers());
    headers.forEach(response::header);
    return response;
  }
}
