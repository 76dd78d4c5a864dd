package io.penstock.gateway.rest;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.penstock.gateway.contract.HttpBinding;
import io.penstock.gateway.contract.Rpc;
import io.penstock.proto.options.v1.Cost;

/// What is known of one HTTP exchange while it runs; the access log, the histogram and the span
/// tell it afterwards.
public final class Exchange {

  private final Exchanges observer;
  private final String method;
  private final String path;
  private final Context context;
  private final Span span;
  private final long start;
  private String route = "unknown";
  private String principal = "";
  private boolean prediction;

  Exchange(Exchanges observer, String method, String path, Context context, long start) {
    this.observer = observer;
    this.method = method;
    this.path = path;
    this.context = context;
    this.span = Span.fromContext(context);
    this.start = start;
  }

  /// The exchange turns out to be a call of this RPC.
  public void routed(Rpc rpc, HttpBinding binding) {
    route = binding.path().toString();
    prediction = rpc.cost() == Cost.COST_INFER;
    if (span.isRecording()) {
      span.updateName(method + " " + route);
      span.setAttribute("http.route", route);
    }
  }

  /// The caller is known, and may call.
  public void admitted(String caller) {
    principal = caller;
    span.setAttribute("enduser.id", caller);
  }

  /// The answer is there.
  public void finished(int status) {
    span.setAttribute("http.response.status_code", status);
    if (status >= 500) {
      span.setStatus(StatusCode.ERROR);
    }
    observer.finished(this, status);
    span.end();
  }

  String method() {
    return method;
  }

  String path() {
    return path;
  }

  /// The template of the path, so that metrics and logs can be grouped by it.
  String route() {
    return route;
  }

  String principal() {
    return principal;
  }

  /// From the ticker.
  long start() {
    return start;
  }

  /// A prediction that went well in a trace that nobody records leaves no line.
  boolean isWorthALine(int status) {
    return !prediction || status >= 400 || span.getSpanContext().isSampled();
  }

  /// What calls made for this exchange have to be made in, to be part of its trace.
  public Context context() {
    return context;
  }

  /// 32 hex digits.
  public String traceId() {
    return span.getSpanContext().getTraceId();
  }
}
