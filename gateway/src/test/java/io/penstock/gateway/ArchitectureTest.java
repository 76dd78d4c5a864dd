package io.penstock.gateway;

import io.penstock.testkit.ArchitectureRules;
import java.util.Set;

class ArchitectureTest extends ArchitectureRules {

  ArchitectureTest() {
    super("io.penstock.gateway");
  }

  /// The gateway is nothing but edge: any class of it may know the wire.
  @Override
  protected Set<String> wireEndings() {
    return Set.of("");
  }
}
