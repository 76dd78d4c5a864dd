package io.penstock.governance.gate;

import java.time.Instant;
import java.util.List;

/// What must hold before something may pass, at one revision.
///
/// @param id `production` for `gatePolicies/production`
record GatePolicy(
    String id,
    long revision,
    String description,
    List<Criterion> criteria,
    Instant updateTime,
    String updatedBy) {

  static final String COLLECTION = "gatePolicies/";

  GatePolicy {
    criteria = List.copyOf(criteria);
  }

  static String name(String id) {
    return COLLECTION + id;
  }

  String name() {
    return name(id);
  }

  /// True when storing the other would change nothing.
  boolean says(String otherDescription, List<Criterion> otherCriteria) {
    return description.equals(otherDescription) && criteria.equals(otherCriteria);
  }
}
