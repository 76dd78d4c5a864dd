package io.penstock.gateway.rest;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import java.util.List;
import java.util.Map;

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
        request.getParameters().asMap(),
        request.getHeaders(),
        body);
  }

  // The server leaves the body out where only the head was asked for.
  static String verb(HttpRequest<?> request) {
    var verb = request.getMethodName();
    return verb.equals("HEAD") ? "GET" : verb;
  }
}
