package io.penstock.registry.promotion;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.penstock.kit.grpc.Peers;
import io.penstock.proto.feature.v1.FeatureSpec;
import io.penstock.proto.feature.v1.FeatureView;
import io.penstock.proto.feature.v1.FeatureViewServiceGrpc;
import io.penstock.proto.feature.v1.GetFeatureViewRequest;
import io.penstock.proto.feature.v1.ValueType;
import io.penstock.registry.version.FeatureBinding;
import io.penstock.registry.version.FeatureBinding.Reference;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Looks up, at feature-service, whether the features that a version binds exist and can fill a
/// tensor.
@Singleton
final class FeatureViewClient {

  private final Peers peers;

  FeatureViewClient(Peers peers) {
    this.peers = peers;
  }

  FeatureFindings check(Optional<FeatureBinding> binding) {
    var references =
        binding.stream()
            .flatMap(bound -> bound.columns().stream())
            .flatMap(column -> column.feature().stream())
            .toList();
    return new FeatureFindings(binding.isPresent(), problems(references));
  }

  // Each view is fetched once, however many of its features are bound.
  private List<String> problems(List<Reference> references) {
    Map<String, Optional<FeatureView>> views = new HashMap<>();
    var problems = new ArrayList<String>();
    for (var reference : references) {
      var view = views.computeIfAbsent(reference.featureView(), this::fetch);
      problem(reference, view).ifPresent(problems::add);
    }
    return problems;
  }

  private static Optional<String> problem(Reference reference, Optional<FeatureView> view) {
    if (view.isEmpty()) {
      return Optional.of(reference.featureView() + " does not exist");
    }
    var feature =
        view.get().getFeaturesList().stream()
            .filter(spec -> spec.getName().equals(reference.feature()))
            .findFirst();
    if (feature.isEmpty()) {
      return Optional.of(
          "%s has no feature '%s'".formatted(reference.featureView(), reference.feature()));
    }
    return feature
        .filter(spec -> !isNumeric(spec))
        .map(
            spec ->
                "feature '%s' of %s is a string, expected a number"
                    .formatted(reference.feature(), reference.featureView()));
  }

  private static boolean isNumeric(FeatureSpec spec) {
    return spec.getType() == ValueType.VALUE_TYPE_DOUBLE
        || spec.getType() == ValueType.VALUE_TYPE_INT64
        || spec.getType() == ValueType.VALUE_TYPE_BOOL;
  }

  private Optional<FeatureView> fetch(String name) {
    var features = FeatureViewServiceGrpc.newBlockingStub(peers.channel("feature"));
    try {
      var request = GetFeatureViewRequest.newBuilder().setName(name).build();
      return Optional.of(features.getFeatureView(request));
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Code.NOT_FOUND) {
        return Optional.empty();
      }
      throw PeerFailures.orRethrow("feature-service", e);
    }
  }
}
