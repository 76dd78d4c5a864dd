package io.penstock.conformance.suite;

import java.util.Arrays;
import java.util.Optional;

/// What a server may offer beyond the protocol's core, under the name that its metadata lists. The
/// last few have no name there, so servers are asked for them.
public enum Extension {
  CORE("core"),
  BINARY_TENSOR_DATA("binary_tensor_data"),
  STATISTICS("statistics"),
  MODEL_CONFIGURATION("model_configuration"),
  MODEL_REPOSITORY("model_repository"),
  SCHEDULE_POLICY("schedule_policy"),
  SEQUENCE("sequence"),
  SEQUENCE_STRING_ID("sequence(string_id)"),
  CLASSIFICATION("classification"),
  SYSTEM_SHARED_MEMORY("system_shared_memory"),
  TRACE("trace"),
  LOGGING("logging"),

  STREAMING("streaming", false),
  COMPRESSION("compression", false),
  ENSEMBLE("ensemble", false),
  GRPC_HEALTH("grpc_health", false),
  MLSERVER_REPOSITORY("mlserver_repository", false);

  private final String label;
  private final boolean listed;

  Extension(String label) {
    this(label, true);
  }

  Extension(String label, boolean listed) {
    this.label = label;
    this.listed = listed;
  }

  public String label() {
    return label;
  }

  /// Whether servers list it; otherwise it is tried.
  boolean isListed() {
    return listed && this != CORE;
  }

  public static Optional<Extension> named(String label) {
    return Arrays.stream(values()).filter(extension -> extension.label.equals(label)).findFirst();
  }
}
