package io.penstock.registry.profile;

import com.google.protobuf.ByteString;

/// The distribution of every column, encoded as it came: monitoring compares live traffic with it,
/// the registry checks it once and keeps it.
///
/// @param encoded a `penstock.registry.v1.DatasetProfile`; empty where there is none
public record Profile(ByteString encoded) {

  /// No profile.
  public static final Profile NONE = new Profile(ByteString.EMPTY);

  public boolean isEmpty() {
    return encoded.isEmpty();
  }
}
