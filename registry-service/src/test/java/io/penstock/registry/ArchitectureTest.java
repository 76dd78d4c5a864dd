package io.penstock.registry;

import io.penstock.testkit.ArchitectureRules;
import java.util.HashSet;
import java.util.Set;

class ArchitectureTest extends ArchitectureRules {

  ArchitectureTest() {
    super("io.penstock.registry");
  }

  // ONNX files are protobuf too: there the format is the subject, not the wire. MLflow's rules are
  // about its messages: there the wire is the subject. An import reads and writes MLflow's API
  // and nothing else.
  @Override
  protected Set<String> wireEndings() {
    var endings = new HashSet<>(super.wireEndings());
    endings.addAll(
        Set.of("OnnxFile", "ExternalTensors", "Datatype", "WeightQuantization", "Weights"));
    endings.addAll(
        Set.of(
            "TrackedExperiments",
            "TrackedRuns",
            "TrackedMetrics",
            "TrackedLineage",
            "TrackedSearches",
            "RegisteredSearches",
            "TrackingChecks",
            "NewRuns",
            "DirectWrites",
            "Import"));
    return endings;
  }
}
