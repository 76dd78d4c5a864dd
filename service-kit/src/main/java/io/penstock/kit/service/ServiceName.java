package io.penstock.kit.service;

/// The name of the running service (`registry`), as a bean.
public record ServiceName(String value) {
  @Override
  public String toString() {
    return value;
  }
}
