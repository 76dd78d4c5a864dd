package io.penstock.governance.gate;

import com.google.protobuf.Struct;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// A gate's answer, with everything needed to reach it again.
record GateDecision(
    UUID id,
    String policy,
    long policyRevision,
    String subject,
    String action,
    boolean passed,
    List<CriterionResult> results,
    Struct facts,
    String digest,
    Instant time,
    String requestedBy) {

  static final String COLLECTION = "gateDecisions/";

  GateDecision {
    results = List.copyOf(results);
  }

  String name() {
    return COLLECTION + id;
  }

  /// The same question with another answer.
  GateDecision answered(boolean nowPassed, List<CriterionResult> nowResults, String nowDigest) {
    return new GateDecision(
        id,
        policy,
        policyRevision,
        subject,
        action,
        nowPassed,
        nowResults,
        facts,
        nowDigest,
        time,
        requestedBy);
  }

  boolean sameAnswer(GateDecision other) {
    return passed == other.passed && results.equals(other.results) && digest.equals(other.digest);
  }
}
