package io.penstock.registry.migration;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// As whom the other server is asked: the value of `Authorization`, if any.
record SourceAccount(Optional<String> authorization) {

  static SourceAccount of(String username, String password, String token) {
    if (!token.isEmpty()) {
      return new SourceAccount(Optional.of("Bearer " + token));
    }
    if (username.isEmpty()) {
      return new SourceAccount(Optional.empty());
    }
    var pair = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
    return new SourceAccount(Optional.of("Basic " + Base64.getEncoder().encodeToString(pair)));
  }

  // Generated, it would print the secret.
  @Override
  public String toString() {
    return authorization.isPresent() ? "with credentials" : "anonymous";
  }
}
