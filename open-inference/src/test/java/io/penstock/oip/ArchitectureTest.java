package io.penstock.oip;

import io.penstock.testkit.ArchitectureRules;
import java.util.Set;

class ArchitectureTest extends ArchitectureRules {

  ArchitectureTest() {
    super("io.penstock.oip");
  }

  /// All of this module is edge: messages of the protocol and their form on the wire.
  @Override
  protected Set<String> wireEndings() {
    return Set.of("");
  }
}
