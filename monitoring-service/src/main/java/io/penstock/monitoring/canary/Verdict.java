package io.penstock.monitoring.canary;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

/// A decision that was taken on a canary.
record Verdict(RunningCanary canary, CanaryDecision decision, Instant time) {

  /// The same whoever decides, and however often: there is one verdict on a revision of a release.
  UUID id() {
    var subject = "penstock/verdicts/" + canary.model() + "/" + canary.revision();
    return UUID.nameUUIDFromBytes(subject.getBytes(StandardCharsets.UTF_8));
  }
}
