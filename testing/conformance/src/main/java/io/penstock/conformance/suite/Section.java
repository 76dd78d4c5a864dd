package io.penstock.conformance.suite;

/// The part of the protocol that a case checks.
public enum Section {
  HEALTH("health"),
  METADATA("metadata"),
  TENSORS("infer: datatypes and shapes"),
  REQUEST("infer: request and answer"),
  ERRORS("infer: errors"),
  GRPC_FORM("gRPC: form of messages"),
  JSON_FORM("REST: form of JSON"),
  HTTP("REST: HTTP"),
  BINARY("binary tensor data"),
  LIMITS("limits"),
  STATISTICS("statistics"),
  CONFIGURATION("model configuration"),
  REPOSITORY("model repository"),
  STREAM("streaming infer"),
  CLASSIFICATION("classification"),
  SCHEDULING("schedule policy"),
  SEQUENCE("sequence"),
  SHARED_MEMORY("shared memory"),
  TRACE("trace settings"),
  LOGGING("log settings"),
  CONCURRENCY("concurrency"),
  ENSEMBLE("ensemble"),
  PEERS("failures found in peers");

  private final String title;

  Section(String title) {
    this.title = title;
  }

  public String title() {
    return title;
  }
}
