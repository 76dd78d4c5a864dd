package io.penstock.gateway.rest;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.penstock.gateway.edge.Credential;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An HTTP request as a dialect sees it, its body read.
///
/// @param path percent-encoded, without the query
/// @param body empty for none
public record RestRequest(
    String verb, String path, Map<String, List<String>> query, HttpHeaders headers, byte[] body) {

  static RestRequest of(HttpRequest<?> request, byte[] body) {
    return new RestRequest(
        verb(request),
        request.getUri().getRawPath(),
        PercentText.query(request.getUri().getRawQuery()),
        request.getHeaders(),
        body);
  }

  // The server leaves the body out where only the head was asked for.
  static String verb(HttpRequest<?> request) {
    var verb = request.getMethodName();
    return verb.equals("HEAD") ? "GET" : verb;
  }

  /// The credential of the caller; empty where there is none.
  public Optional<Credential> credential() {
    return credential(headers);
  }

  static Optional<Credential> credential(HttpHeaders headers) {
    return Credential.of(headers.get("Authorization"), headers.get("X-API-Key"));
  }
}
