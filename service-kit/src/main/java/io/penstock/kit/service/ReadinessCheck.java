package io.penstock.kit.service;

import java.util.Optional;

/// Something that a service needs before it can serve. All beans of this type must be content for
/// `SERVING`.
public interface ReadinessCheck {

  String name();

  /// What is missing now (`registry at localhost:9101: UNAVAILABLE`); empty when all is well. Must
  /// not block.
  Optional<String> waitingFor();
}
