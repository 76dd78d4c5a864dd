package io.penstock.gateway.oip;

import io.netty.handler.codec.http.HttpRequest;
import io.penstock.gateway.GatewayConfig;
import io.penstock.gateway.contract.Contract;
import io.penstock.gateway.contract.HttpBinding;
import io.penstock.gateway.contract.Rpc;
import io.penstock.gateway.edge.Gatekeeper;
import io.penstock.gateway.edge.InFlight;
import io.penstock.gateway.forward.Deadlines;
import io.penstock.gateway.forward.NearCalls;
import io.penstock.gateway.rest.Exchange;
import io.penstock.gateway.rest.Exchanges;
import io.penstock.gateway.rest.Refusals;
import io.penstock.oip.InferTarget;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc;
import jakarta.inject.Singleton;

/// What every prediction over REST needs on its way: the same parts that any other call meets.
@Singleton
final class InferRoute {

  private final Rpc rpc;
  private final HttpBinding latest;
  private final HttpBinding pinned;
  private final GatewayConfig config;
  private final Exchanges exchanges;
  private final Gatekeeper gatekeeper;
  private final InFlight inFlight;
  private final Deadlines deadlines;
  private final NearCalls calls;
  private final Refusals refusals;
  private final DateHeader date;

  InferRoute(
      Contract contract,
      GatewayConfig config,
      Exchanges exchanges,
      Gatekeeper gatekeeper,
      InFlight inFlight,
      Deadlines deadlines,
      NearCalls calls,
      Refusals refusals,
      DateHeader date) {
    this.rpc = contract.rpc(GRPCInferenceServiceGrpc.getModelInferMethod().getFullMethodName());
    this.latest = binding(rpc, false);
    this.pinned = binding(rpc, true);
    this.config = config;
    this.exchanges = exchanges;
    this.gatekeeper = gatekeeper;
    this.inFlight = inFlight;
    this.deadlines = deadlines;
    this.calls = calls;
    this.refusals = refusals;
    this.date = date;
  }

  private static HttpBinding binding(Rpc rpc, boolean pinsVersion) {
    return rpc.bindings().stream()
        .filter(binding -> binding.path().variables().containsKey("model_version") == pinsVersion)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("contract: infer has lost a path"));
  }

  /// Whether a body is announced that is too long even to be read and dropped.
  boolean isEndless(long announced) {
    return announced > 2L * config.maxBodySize();
  }

  /// Begins to observe an exchange.
  Exchange begin(HttpRequest head) {
    String uri = head.uri();
    int query = uri.indexOf('?');
    return exchanges.begin(
        head.method().name(),
        query < 0 ? uri : uri.substring(0, query),
        head.headers(),
        InferHeaders.GETTER);
  }

  Rpc rpc() {
    return rpc;
  }

  /// The binding by which a target was called.
  HttpBinding binding(InferTarget target) {
    return target.version().isEmpty() ? latest : pinned;
  }

  int maxBodySize() {
    return config.maxBodySize();
  }

  Exchanges exchanges() {
    return exchanges;
  }

  Gatekeeper gatekeeper() {
    return gatekeeper;
  }

  InFlight inFlight() {
    return inFlight;
  }

  Deadlines deadlines() {
    return deadlines;
  }

  NearCalls calls() {
    return calls;
  }

  Refusals refusals() {
    return refusals;
  }

  String date() {
    return date.now();
  }
}
