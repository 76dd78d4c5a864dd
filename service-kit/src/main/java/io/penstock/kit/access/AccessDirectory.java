package io.penstock.kit.access;

/// Where a service learns who may do what. Governance knows it first-hand, the others follow
/// governance.
public interface AccessDirectory {

  /// What is known now; cheap enough for every call.
  AccessSnapshot snapshot();
}
