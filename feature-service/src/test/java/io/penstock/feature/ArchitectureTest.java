package io.penstock.feature;

import io.penstock.testkit.ArchitectureRules;

class ArchitectureTest extends ArchitectureRules {

  ArchitectureTest() {
    super("io.penstock.feature");
  }
}
