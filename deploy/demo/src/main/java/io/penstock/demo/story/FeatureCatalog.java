package io.penstock.demo.story;

import static io.penstock.demo.suite.Person.ADA;

import com.google.protobuf.Duration;
import io.penstock.demo.flights.FlightFeatures;
import io.penstock.demo.suite.Refusal;
import io.penstock.proto.feature.v1.CreateEntityRequest;
import io.penstock.proto.feature.v1.CreateFeatureViewRequest;
import io.penstock.proto.feature.v1.Entity;
import io.penstock.proto.feature.v1.FeatureSpec;
import io.penstock.proto.feature.v1.FeatureView;
import io.penstock.proto.feature.v1.FeatureViewServiceGrpc;
import io.penstock.proto.feature.v1.FeatureViewServiceGrpc.FeatureViewServiceBlockingStub;
import io.penstock.proto.feature.v1.GetEntityRequest;
import io.penstock.proto.feature.v1.ValueType;
import java.util.List;

/// Says what the features of an origin and of a route are, before there is any value.
final class FeatureCatalog {

  /// A day's statistics serve the day after it; a second day is grace for a late publication.
  private static final Duration TTL = Duration.newBuilder().setSeconds(2 * 24 * 3600).build();

  private final FeatureViewServiceBlockingStub views;

  FeatureCatalog(Story story) {
    this.views = story.suite().as(ADA, FeatureViewServiceGrpc::newBlockingStub);
  }

  /// Creates what is not there yet; the same schema again gives the same version.
  Views publish() {
    entity(FlightDelay.ORIGIN, "airport that a flight leaves, by IATA code");
    entity(FlightDelay.ROUTE, "origin and destination: ATL-DFW");
    return new Views(
        view(
            "origin_stats",
            FlightDelay.ORIGIN,
            FlightFeatures.ORIGIN_COLUMNS,
            FlightFeatures.ORIGIN_DAYS),
        view(
            "route_stats",
            FlightDelay.ROUTE,
            FlightFeatures.ROUTE_COLUMNS,
            FlightFeatures.ROUTE_DAYS));
  }

  private Entity entity(String id, String description) {
    return Refusal.orExisting(
        () ->
            views.createEntity(
                CreateEntityRequest.newBuilder()
                    .setEntityId(id)
                    .setDescription(description)
                    .build()),
        () -> views.getEntity(GetEntityRequest.newBuilder().setName("entities/" + id).build()));
  }

  /// @param columns late rate, mean delay and number of flights, in this order
  private FeatureView view(String id, String entity, List<String> columns, int days) {
    return views.createFeatureView(
        CreateFeatureViewRequest.newBuilder()
            .setFeatureViewId(id)
            .setEntity("entities/" + entity)
            .setDescription("punctuality per %s over the last %d days".formatted(entity, days))
            .addFeatures(
                spec(columns.get(0), "share of late flights").setNullable(true).setMin(0).setMax(1))
            .addFeatures(spec(columns.get(1), "mean delay, minutes").setNullable(true))
            .addFeatures(spec(columns.get(2), "number of flights").setMin(0))
            .setTtl(TTL)
            .build());
  }

  private static FeatureSpec.Builder spec(String name, String description) {
    return FeatureSpec.newBuilder()
        .setName(name)
        .setType(ValueType.VALUE_TYPE_DOUBLE)
        .setDescription(description);
  }
}
