package io.penstock.feature.view;

import com.google.protobuf.Duration;
import io.penstock.feature.TimeProtos;
import io.penstock.feature.entity.Entity;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.kit.page.Page;
import io.penstock.proto.feature.v1.CreateFeatureViewRequest;
import io.penstock.proto.feature.v1.ListFeatureViewsResponse;
import java.util.ArrayList;
import java.util.List;

/// Feature views on the wire.
public final class FeatureViewProtos {

  private FeatureViewProtos() {}

  static NewFeatureView fromProto(CreateFeatureViewRequest request) {
    return new NewFeatureView(
        request.getFeatureViewId(),
        Entity.idFrom("entity", request.getEntity()),
        new FeatureSchema(specs(request.getFeaturesList())),
        request.getOwner(),
        request.getDescription(),
        request.hasTtl() ? ttl(request.getTtl()) : null);
  }

  // The two fields of a duration may not have opposite signs, and nothing sensible is longer than
  // an int of seconds.
  private static java.time.Duration ttl(Duration ttl) {
    if (ttl.getSeconds() < 0 || ttl.getSeconds() > 1L << 40 || ttl.getNanos() < 0) {
      throw InvalidArguments.of("ttl", "was " + ttl.getSeconds() + " s, expected a positive time");
    }
    return java.time.Duration.ofSeconds(ttl.getSeconds(), ttl.getNanos());
  }

  private static List<FeatureSpec> specs(List<io.penstock.proto.feature.v1.FeatureSpec> features) {
    var specs = new ArrayList<FeatureSpec>(features.size());
    for (int i = 0; i < features.size(); i++) {
      specs.add(spec("features[" + i + "]", features.get(i)));
    }
    return specs;
  }

  private static FeatureSpec spec(String path, io.penstock.proto.feature.v1.FeatureSpec feature) {
    return new FeatureSpec(
        feature.getName(),
        type(path, feature),
        feature.getDescription(),
        feature.getNullable(),
        feature.hasMin() ? feature.getMin() : null,
        feature.hasMax() ? feature.getMax() : null,
        feature.getAllowedList());
  }

  private static ValueType type(String path, io.penstock.proto.feature.v1.FeatureSpec feature) {
    return switch (feature.getType()) {
      case VALUE_TYPE_DOUBLE -> ValueType.DOUBLE;
      case VALUE_TYPE_INT64 -> ValueType.INT64;
      case VALUE_TYPE_BOOL -> ValueType.BOOL;
      case VALUE_TYPE_STRING -> ValueType.STRING;
      case VALUE_TYPE_UNSPECIFIED, UNRECOGNIZED ->
          throw InvalidArguments.of(
              path + ".type",
              "was " + feature.getTypeValue() + ", expected DOUBLE, INT64, BOOL or STRING");
    };
  }

  /// The type on the wire.
  public static io.penstock.proto.feature.v1.ValueType toProto(ValueType type) {
    return switch (type) {
      case DOUBLE -> io.penstock.proto.feature.v1.ValueType.VALUE_TYPE_DOUBLE;
      case INT64 -> io.penstock.proto.feature.v1.ValueType.VALUE_TYPE_INT64;
      case BOOL -> io.penstock.proto.feature.v1.ValueType.VALUE_TYPE_BOOL;
      case STRING -> io.penstock.proto.feature.v1.ValueType.VALUE_TYPE_STRING;
    };
  }

  static io.penstock.proto.feature.v1.FeatureView toProto(FeatureView view) {
    var proto =
        io.penstock.proto.feature.v1.FeatureView.newBuilder()
            .setName(view.name())
            .setEntity(Entity.nameOf(view.entityId()))
            .setOwner(view.owner())
            .setDescription(view.description())
            .setCreateTime(TimeProtos.toProto(view.createTime()))
            .setCreatedBy(view.createdBy());
    view.schema().features().forEach(feature -> proto.addFeatures(toProto(feature)));
    if (view.ttl() != null) {
      proto.setTtl(
          Duration.newBuilder().setSeconds(view.ttl().getSeconds()).setNanos(view.ttl().getNano()));
    }
    return proto.build();
  }

  private static io.penstock.proto.feature.v1.FeatureSpec toProto(FeatureSpec spec) {
    var proto =
        io.penstock.proto.feature.v1.FeatureSpec.newBuilder()
            .setName(spec.name())
            .setType(toProto(spec.type()))
            .setDescription(spec.description())
            .setNullable(spec.nullable())
            .addAllAllowed(spec.allowed());
    if (spec.min() != null) {
      proto.setMin(spec.min());
    }
    if (spec.max() != null) {
      proto.setMax(spec.max());
    }
    return proto.build();
  }

  static ListFeatureViewsResponse toProto(Page<FeatureView> page) {
    var response = ListFeatureViewsResponse.newBuilder().setNextPageToken(page.nextToken());
    page.rows().forEach(view -> response.addFeatureViews(toProto(view)));
    return response.build();
  }
}
