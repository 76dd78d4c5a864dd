package io.penstock.governance;

import io.penstock.testkit.ArchitectureRules;

class ArchitectureTest extends ArchitectureRules {

  ArchitectureTest() {
    super("io.penstock.governance");
  }
}
