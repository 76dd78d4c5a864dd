package io.penstock.registry.lifecycle;

import io.penstock.kit.failure.FieldViolation;
import io.penstock.registry.release.Releases;
import io.penstock.registry.version.ModelVersion;
import io.penstock.registry.version.VersionName;
import io.penstock.registry.version.VersionRepository;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// What would miss a version: the release that serves or falls back to it, the ensembles that name
/// it, and the aliases by which people ask for it.
final class Dependents {

  private Dependents() {}

  /// Each dependent under its name, with what it needs the version for.
  static List<FieldViolation> of(Handle handle, VersionName version) {
    var dependents = new ArrayList<FieldViolation>();
    Releases.uses(handle, version)
        .forEach(
            use ->
                dependents.add(
                    new FieldViolation("releases/" + version.model(), "names it as its " + use)));
    VersionRepository.ensembles(handle).stream()
        .filter(ensemble -> names(ensemble, version))
        .forEach(
            ensemble ->
                dependents.add(new FieldViolation(ensemble.name().toString(), "has it as a step")));
    VersionRepository.aliases(handle, version)
        .forEach(
            alias ->
                dependents.add(
                    new FieldViolation(
                        "models/%s@%s".formatted(version.model(), alias), "is its alias")));
    return dependents;
  }

  private static boolean names(ModelVersion ensemble, VersionName version) {
    return ensemble.config().steps().stream()
        .anyMatch(
            step -> step.model().equals(version.model()) && step.version() == version.number());
  }
}
