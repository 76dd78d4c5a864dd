package io.penstock.inference.binding;

import io.penstock.kit.grpc.Peers;
import io.penstock.proto.feature.v1.FeatureViewServiceGrpc;
import io.penstock.proto.feature.v1.GetFeatureViewRequest;
import io.penstock.proto.registry.v1.FeatureBinding;
import io.penstock.proto.registry.v1.FeatureColumn;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;

/// Names the entity inputs that a binding leaves open: each is the entity of its feature view.
@Singleton
public final class EntityInputs {

  private final Peers peers;

  public EntityInputs(Peers peers) {
    this.peers = peers;
  }

  /// The binding with every entity input named. Asks feature-service, and blocks, only where one is not.
  public FeatureBinding resolve(FeatureBinding binding) {
    var entities = new HashMap<String, String>();
    var resolved = binding.toBuilder();
    resolved.getColumnsBuilderList().stream()
        .filter(EntityInputs::isOpen)
        .forEach(column -> name(column, entities));
    return resolved.build();
  }

  private static boolean isOpen(FeatureColumn.Builder column) {
    return column.hasFeature() && column.getFeature().getEntityInput().isEmpty();
  }

  private void name(FeatureColumn.Builder column, Map<String, String> entities) {
    var feature = column.getFeatureBuilder();
    feature.setEntityInput(
        entities.computeIfAbsent(feature.getFeatureView(), this::entityOf));
  }

  private String entityOf(String view) {
    var entity =
        FeatureViewServiceGrpc.newBlockingStub(peers.channel("feature"))
            .getFeatureView(GetFeatureViewRequest.newBuilder().setName(view).build())
            .getEntity();
    return entity.substring(entity.lastIndexOf('/') + 1);
  }
}
