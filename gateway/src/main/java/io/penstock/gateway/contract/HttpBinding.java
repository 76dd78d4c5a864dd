package io.penstock.gateway.contract;

import com.google.api.HttpRule;

/// One way to call an RPC over HTTP.
///
/// @param verb upper-case HTTP method
/// @param body name of the field that the request body fills; `*` for the whole message, empty for
///   none
/// @param responseBody name of the field that is the response body; empty for the whole message
public record HttpBinding(String verb, PathTemplate path, String body, String responseBody) {

  static HttpBinding of(HttpRule rule) {
    return switch (rule.getPatternCase()) {
      case GET -> of("GET", rule.getGet(), rule);
      case PUT -> of("PUT", rule.getPut(), rule);
      case POST -> of("POST", rule.getPost(), rule);
      case DELETE -> of("DELETE", rule.getDelete(), rule);
      case PATCH -> of("PATCH", rule.getPatch(), rule);
      case CUSTOM, PATTERN_NOT_SET ->
          throw new IllegalArgumentException("http rule without a known verb: " + rule);
    };
  }

  private static HttpBinding of(String verb, String path, HttpRule rule) {
    return new HttpBinding(verb, PathTemplate.parse(path), rule.getBody(), rule.getResponseBody());
  }
}
