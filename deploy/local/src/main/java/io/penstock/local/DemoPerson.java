package io.penstock.local;

import java.time.Duration;
import java.util.List;

/// Somebody who takes part in the demo, with a token in the home.
///
/// @param name subject of the token, and name of its file
record DemoPerson(String name, List<String> roles) {

  private static final Duration VALIDITY = Duration.ofDays(30);

  static List<DemoPerson> all() {
    return List.of(
        new DemoPerson("ada", List.of("data-scientist", "ml-engineer")),
        new DemoPerson("grace", List.of("approver")),
        new DemoPerson("app", List.of("client")),
        new DemoPerson("operator", List.of("operator")),
        new DemoPerson("auditor", List.of("auditor")));
  }

  void writeToken(LocalIssuer issuer) {
    issuer.tokenFile(name, name, roles, VALIDITY);
  }
}
