package io.penstock.kit.grpc;

import io.grpc.Metadata;
import java.util.Optional;

/// The credential in a call's metadata: `authorization: Bearer …`, or `x-api-key: pk_…`.
public final class Credentials {

  public static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  public static final Metadata.Key<String> API_KEY =
      Metadata.Key.of("x-api-key", Metadata.ASCII_STRING_MARSHALLER);
  private static final String BEARER = "Bearer ";

  private Credentials() {}

  /// The JWT or API key; empty where the call carries none.
  public static Optional<String> of(Metadata headers) {
    var authorization = headers.get(AUTHORIZATION);
    if (authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return Optional.of(authorization.substring(BEARER.length()).strip());
    }
    return Optional.ofNullable(headers.get(API_KEY));
  }

  /// The value of an `authorization` header that carries this credential.
  public static String bearer(String credential) {
    return BEARER + credential;
  }
}
