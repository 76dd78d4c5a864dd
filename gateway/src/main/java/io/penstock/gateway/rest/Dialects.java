package io.penstock.gateway.rest;

import jakarta.inject.Singleton;
import java.util.List;

/// Which dialect is spoken where: a foreign API's below its own paths, ours everywhere else.
@Singleton
final class Dialects {

  private final List<Dialect> foreign;
  private final CanonicalDialect ours;

  Dialects(List<Dialect> all, CanonicalDialect ours) {
    this.foreign = all.stream().filter(dialect -> dialect != ours).toList();
    this.ours = ours;
  }

  Dialect at(String path) {
    for (Dialect dialect : foreign) {
      if (dialect.speaksAt(path)) {
        return dialect;
      }
    }
    return ours;
  }
}
