package io.penstock.inference.binding;

import io.penstock.inference.binding.BoundColumn.LookedUp;
import io.penstock.inference.binding.BoundColumn.Sent;
import io.penstock.proto.registry.v1.FeatureBinding;
import io.penstock.proto.registry.v1.FeatureColumn;
import io.penstock.proto.registry.v1.FeatureReference;

/// Feature bindings on the wire.
public final class BindingProtos {

  private BindingProtos() {}

  public static BindingSpec fromProto(FeatureBinding binding) {
    return new BindingSpec(
        binding.getInput(), binding.getColumnsList().stream().map(BindingProtos::column).toList());
  }

  private static BoundColumn column(FeatureColumn column) {
    var feature = column.getFeature();
    return column.hasFeature()
        ? new LookedUp(
            column.getName(),
            feature.getFeatureView(),
            feature.getFeature(),
            feature.getEntityInput())
        : new Sent(column.getName());
  }

  public static FeatureBinding toProto(BindingSpec spec) {
    return FeatureBinding.newBuilder()
        .setInput(spec.input())
        .addAllColumns(spec.columns().stream().map(BindingProtos::toProto).toList())
        .build();
  }

  private static FeatureColumn toProto(BoundColumn column) {
    var proto = FeatureColumn.newBuilder().setName(column.name());
    if (column instanceof LookedUp(_, var view, var feature, var entity)) {
      proto.setFeature(
          FeatureReference.newBuilder()
              .setFeatureView(view)
              .setFeature(feature)
              .setEntityInput(entity));
    }
    return proto.build();
  }
}
