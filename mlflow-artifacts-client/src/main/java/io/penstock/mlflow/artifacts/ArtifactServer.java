package io.penstock.mlflow.artifacts;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/// A tracking server and how to speak to it.
///
/// @param authorization the whole header, `Bearer …` or `Basic …`
public record ArtifactServer(URI uri, Optional<String> authorization) {

  public ArtifactServer {
    var scheme = String.valueOf(uri.getScheme());
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IllegalArgumentException(
          "MLFLOW_TRACKING_URI was '%s', expected http:// or https://".formatted(uri));
    }
    if (uri.getPath() != null && uri.getPath().endsWith("/")) {
      uri = URI.create(uri.toString().replaceAll("/+$", ""));
    }
  }

  /// A server that asks nobody who they are.
  public static ArtifactServer of(URI uri) {
    return new ArtifactServer(uri, Optional.empty());
  }

  public ArtifactServer withToken(String token) {
    return new ArtifactServer(uri, Optional.of("Bearer " + token));
  }

  public ArtifactServer withPassword(String user, String password) {
    var pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return new ArtifactServer(
        uri, Optional.of("Basic " + Base64.getEncoder().encodeToString(pair)));
  }

  /// What `MLFLOW_TRACKING_URI`, `MLFLOW_TRACKING_USERNAME` and `_PASSWORD`, or
  /// `MLFLOW_TRACKING_TOKEN` say. As in MLflow's own clients, a user name goes before a token.
  public static ArtifactServer fromEnvironment(Map<String, String> environment) {
    var uri = environment.get("MLFLOW_TRACKING_URI");
    if (uri == null || uri.isBlank()) {
      throw new IllegalArgumentException("MLFLOW_TRACKING_URI is not set");
    }
    var server = of(URI.create(uri.strip()));
    var user = environment.getOrDefault("MLFLOW_TRACKING_USERNAME", "");
    var token = environment.getOrDefault("MLFLOW_TRACKING_TOKEN", "");
    if (!user.isEmpty()) {
      return server.withPassword(user, environment.getOrDefault("MLFLOW_TRACKING_PASSWORD", ""));
    }
    return token.isEmpty() ? server : server.withToken(token);
  }

  // Never shows the credential, wherever it is printed.
  @Override
  public String toString() {
    return "ArtifactServer[" + uri + "]";
  }
}
