package io.penstock.monitoring;

import io.penstock.testkit.ArchitectureRules;
import java.util.HashSet;
import java.util.Set;

/// The rules of the house, for this service.
class ArchitectureTest extends ArchitectureRules {

  ArchitectureTest() {
    super("io.penstock.monitoring");
  }

  // One gRPC service is answered by five features: each has its part in an adapter of its own.
  @Override
  protected Set<String> wireEndings() {
    var endings = new HashSet<>(super.wireEndings());
    endings.add("GrpcAdapter");
    endings.add("OtlpFactory");
    return endings;
  }
}
