package io.penstock.gateway.rest;

import io.opentelemetry.api.trace.Span;
import io.penstock.gateway.contract.HttpBinding;

/// What is known of one HTTP exchange while it runs; the access log and the span tell it
/// afterwards.
final class Exchange {

  private final Span span;
  private String route = "unknown";
  private String principal = "";

  Exchange(Span span) {
    this.span = span;
  }

  void routed(HttpBinding binding) {
    route = binding.path().toString();
    span.updateName(binding.verb() + " " + route);
    span.setAttribute("http.route", route);
  }

  void admitted(String caller) {
    principal = caller;
    span.setAttribute("enduser.id", caller);
  }

  /// The template of the path, so that metrics and logs can be grouped by it.
  String route() {
    return route;
  }

  String principal() {
    return principal;
  }

  /// 32 hex digits.
  String traceId() {
    return span.getSpanContext().getTraceId();
  }
}
