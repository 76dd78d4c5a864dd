package io.penstock.kit.grpc;

import io.grpc.Metadata;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
    return of(headers.get(AUTHORIZATION), headers.get(API_KEY));
  }

  /// The same of the two headers, wherever they stood.
  public static Optional<String> of(@Nullable String authorization, @Nullable String apiKey) {
    if (authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return Optional.of(authorization.substring(BEARER.length()).strip());
    }
    return Optional.ofNullable(apiKey);
  }

  /// The value of an `authorization` header that carries this credential.
  public static String bearer(String credential) {
    return BEARER + credential;
  }
}
