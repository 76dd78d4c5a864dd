package io.penstock.kit.access;

import io.micronaut.context.annotation.Secondary;
import jakarta.inject.Singleton;

/// Knows only the roles of the contract: for a service that has no governance to follow.
@Singleton
@Secondary
final class BuiltInAccessDirectory implements AccessDirectory {

  private final AccessSnapshot snapshot = AccessSnapshot.builtIn();

  @Override
  public AccessSnapshot snapshot() {
    return snapshot;
  }
}
