package io.penstock.gateway.edge;

import io.grpc.Metadata;
import io.penstock.kit.grpc.Credentials;
import io.penstock.kit.identity.Principal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a REST caller proves its identity with: a JWT or an API key, and the name that it gave
/// beside it where it came by Basic authentication.
///
/// @param user empty where no name was given
public record Credential(String secret, String user) {

  private static final String BASIC = "Basic ";

  /// The name for those who do not know what the secret's owner is called.
  private static final String ANY_USER = "token";

  /// What is no user and password proves nothing, and is refused as a token that is none.
  private static final Credential NONE = new Credential("", "");

  /// The credential in the headers of a request; empty where they hold none.
  public static Optional<Credential> of(@Nullable String authorization, @Nullable String apiKey) {
    if (authorization != null && authorization.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
      return Optional.of(ofBasic(authorization.substring(BASIC.length()).strip()));
    }
    return Credentials.of(authorization, apiKey).map(secret -> new Credential(secret, ""));
  }

  private static Credential ofBasic(String encoded) {
    try {
      String pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
      int colon = pair.indexOf(':');
      return colon < 0 ? NONE : new Credential(pair.substring(colon + 1), pair.substring(0, colon));
    } catch (IllegalArgumentException notBase64) {
      return NONE;
    }
  }

  /// The metadata in which it goes on to the services.
  public Metadata forwarded() {
    Metadata metadata = new Metadata();
    metadata.put(Credentials.AUTHORIZATION, Credentials.bearer(secret));
    return metadata;
  }

  /// Whether the name that was given is one that the secret's owner may go by.
  boolean fits(Principal principal) {
    return user.isEmpty() || user.equals(ANY_USER) || user.equals(principal.name());
  }

  // No secret in a log.
  @Override
  public String toString() {
    return user.isEmpty() ? "credential" : "credential of " + user;
  }
}
