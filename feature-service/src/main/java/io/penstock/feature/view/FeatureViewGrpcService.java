package io.penstock.feature.view;

import io.grpc.stub.StreamObserver;
import io.penstock.feature.entity.Entities;
import io.penstock.feature.entity.EntityProtos;
import io.penstock.kit.grpc.Calls;
import io.penstock.kit.page.PageLimits;
import io.penstock.proto.feature.v1.CreateEntityRequest;
import io.penstock.proto.feature.v1.CreateFeatureViewRequest;
import io.penstock.proto.feature.v1.Entity;
import io.penstock.proto.feature.v1.FeatureView;
import io.penstock.proto.feature.v1.FeatureViewServiceGrpc.FeatureViewServiceImplBase;
import io.penstock.proto.feature.v1.GetEntityRequest;
import io.penstock.proto.feature.v1.GetFeatureViewRequest;
import io.penstock.proto.feature.v1.ListEntitiesRequest;
import io.penstock.proto.feature.v1.ListEntitiesResponse;
import io.penstock.proto.feature.v1.ListFeatureViewsRequest;
import io.penstock.proto.feature.v1.ListFeatureViewsResponse;
import jakarta.inject.Singleton;

/// Entities and feature views over gRPC.
@Singleton
final class FeatureViewGrpcService extends FeatureViewServiceImplBase {

  private static final PageLimits PAGES = new PageLimits(100, 1000);

  private final Entities entities;
  private final FeatureViews views;

  FeatureViewGrpcService(Entities entities, FeatureViews views) {
    this.entities = entities;
    this.views = views;
  }

  @Override
  public void createEntity(CreateEntityRequest request, StreamObserver<Entity> out) {
    Calls.unary(
        out,
        () ->
            EntityProtos.toProto(entities.create(request.getEntityId(), request.getDescription())));
  }

  @Override
  public void getEntity(GetEntityRequest request, StreamObserver<Entity> out) {
    Calls.unary(
        out,
        () ->
            EntityProtos.toProto(
                entities.get(io.penstock.feature.entity.Entity.idFrom("name", request.getName()))));
  }

  @Override
  public void listEntities(ListEntitiesRequest request, StreamObserver<ListEntitiesResponse> out) {
    Calls.unary(
        out,
        () ->
            EntityProtos.toProto(
                entities.list(
                    PAGES.request("entities", request.getPageSize(), request.getPageToken()))));
  }

  @Override
  public void createFeatureView(CreateFeatureViewRequest request, StreamObserver<FeatureView> out) {
    Calls.unary(
        out, () -> FeatureViewProtos.toProto(views.create(FeatureViewProtos.fromProto(request))));
  }

  @Override
  public void getFeatureView(GetFeatureViewRequest request, StreamObserver<FeatureView> out) {
    Calls.unary(
        out,
        () ->
            FeatureViewProtos.toProto(
                views.resolve(ViewRef.parse("name", request.getName()), "name")));
  }

  @Override
  public void listFeatureViews(
      ListFeatureViewsRequest request, StreamObserver<ListFeatureViewsResponse> out) {
    Calls.unary(
        out,
        () ->
            FeatureViewProtos.toProto(
                views.list(
                    PAGES.request("featureViews", request.getPageSize(), request.getPageToken()))));
  }
}
