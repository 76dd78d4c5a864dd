package io.penstock.registry.bom;

import io.penstock.registry.artifact.ArtifactDigest;
import io.penstock.registry.experiment.RunInput;
import io.penstock.registry.version.ModelVersion;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What a version is made of.
///
/// @param files the files by their paths
/// @param inputs the data that it was made of
/// @param dependencies package URLs of what training used
record Materials(
    ModelVersion version,
    Map<String, ArtifactDigest> files,
    List<RunInput> inputs,
    List<String> dependencies) {

  Materials {
    files = Map.copyOf(files);
    inputs = List.copyOf(inputs);
    dependencies = List.copyOf(dependencies);
  }

  Materials with(List<String> moreDependencies) {
    return new Materials(
        version,
        files,
        inputs,
        Stream.concat(dependencies.stream(), moreDependencies.stream()).distinct().toList());
  }
}
