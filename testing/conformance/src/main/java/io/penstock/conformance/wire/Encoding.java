package io.penstock.conformance.wire;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// The forms that a tensor has on the wire. A call is written in one, and its answer asked for in
/// the same.
public enum Encoding {
  GRPC_CONTENTS(Transport.GRPC),
  GRPC_RAW(Transport.GRPC),
  REST_FLAT(Transport.REST),
  REST_NESTED(Transport.REST),
  REST_BINARY(Transport.REST);

  private final Transport transport;

  Encoding(Transport transport) {
    this.transport = transport;
  }

  public Transport transport() {
    return transport;
  }

  /// Whether it is bytes, which hold any value of any datatype.
  public boolean isBytes() {
    return this == GRPC_RAW || this == REST_BINARY;
  }

  public boolean isJson() {
    return this == REST_FLAT || this == REST_NESTED;
  }

  public boolean carries(Datatype type) {
    return type.isReadable() || isBytes();
  }

  /// As part of a case's id: `grpc-raw`.
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// Those that can say this datatype.
  public static List<Encoding> of(Datatype type) {
    return Arrays.stream(values()).filter(encoding -> encoding.carries(type)).toList();
  }
}
