package io.penstock.monitoring.version;

import io.penstock.proto.registry.v1.ModelVersion;
import java.util.OptionalDouble;

/// Registrations from the registry's own messages.
public final class RegistrationProtos {

  private RegistrationProtos() {}

  /// @param aucMetric the metric that holds the version's AUC
  public static RegisteredVersion fromProto(ModelVersion version, String aucMetric) {
    Double auc = version.getMetricsMap().get(aucMetric);
    return new RegisteredVersion(
        version.getBaselineProfile().toByteArray(),
        auc == null ? OptionalDouble.empty() : OptionalDouble.of(auc));
  }
}
