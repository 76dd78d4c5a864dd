package io.penstock.kit.identity;

import java.util.Set;

/// Somebody who calls: a person, one of our services, or an application with an API key; with every
/// role held now.
public record Principal(String name, Kind kind, Set<String> roles) {

  /// How the principal proved itself.
  public enum Kind {
    USER,
    SERVICE,
    API_KEY
  }

  public Principal {
    roles = Set.copyOf(roles);
  }

  public Principal withRoles(Set<String> more) {
    return new Principal(name, kind, more);
  }
}
