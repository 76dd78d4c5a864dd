package io.penstock.demo;

import io.penstock.testkit.ArchitectureRules;
import java.util.Set;

class ArchitectureTest extends ArchitectureRules {

  ArchitectureTest() {
    super("io.penstock.demo");
  }

  /// The demo is a client and nothing else: any class of it may know the contract.
  @Override
  protected Set<String> wireEndings() {
    return Set.of("");
  }

  /// `Demo` ends the process, `Terminal` reads `NO_COLOR`.
  @Override
  protected Set<String> realWorldClasses() {
    return Set.of("Demo", "Terminal");
  }
}
