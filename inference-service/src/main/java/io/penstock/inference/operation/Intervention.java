package io.penstock.inference.operation;

import io.penstock.inference.serving.VersionConfig;
import java.time.Instant;
import java.util.Optional;

/// What an operator told this server about a model, whatever its release says.
///
/// @param unloaded it is not to be served here
/// @param principal who said so
/// @param config Triton's model configuration as JSON, in place of the versions' own
public record Intervention(
    String model, boolean unloaded, String principal, Instant time, Optional<String> config) {

  public static Intervention unload(String model, String principal, Instant time) {
    return new Intervention(model, true, principal, time, Optional.empty());
  }

  public static Intervention configure(
      String model, String principal, Instant time, String config) {
    return new Intervention(model, false, principal, time, Optional.of(config));
  }

  /// How a version is to be served that would have been served so.
  VersionConfig over(VersionConfig own) {
    return config.map(ConfigJsonProtos::read).map(other -> labelled(other, own)).orElse(own);
  }

  // Labels stand in files beside the model, which an operator's configuration cannot bring.
  private static VersionConfig labelled(VersionConfig other, VersionConfig own) {
    return other.labels().isEmpty() ? other.withLabels(own.labels()) : other;
  }

  /// In the words that the repository index shows.
  public String reason() {
    return (unloaded ? "unloaded by " : "configured by ") + principal;
  }
}
