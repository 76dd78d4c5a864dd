package io.penstock.gateway.oip;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.penstock.gateway.edge.Credential;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Headers as Netty holds them.
final class InferHeaders {

  static final TextMapGetter<HttpHeaders> GETTER =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(HttpHeaders headers) {
          return headers.names();
        }

        @Override
        public @Nullable String get(@Nullable HttpHeaders headers, String name) {
          return headers == null ? null : headers.get(name);
        }
      };

  private InferHeaders() {}

  static Optional<Credential> credentialOf(HttpRequest request) {
    return Credential.of(
        request.headers().get("Authorization"), request.headers().get("X-API-Key"));
  }
}
