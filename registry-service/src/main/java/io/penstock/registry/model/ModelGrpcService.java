package io.penstock.registry.model;

import io.grpc.stub.StreamObserver;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.kit.grpc.Calls;
import io.penstock.kit.identity.Caller;
import io.penstock.kit.page.PageLimits;
import io.penstock.proto.registry.v1.ArchiveModelVersionRequest;
import io.penstock.proto.registry.v1.CreateModelRequest;
import io.penstock.proto.registry.v1.CreateModelVersionRequest;
import io.penstock.proto.registry.v1.GetModelRequest;
import io.penstock.proto.registry.v1.GetModelVersionRequest;
import io.penstock.proto.registry.v1.ListModelVersionsRequest;
import io.penstock.proto.registry.v1.ListModelVersionsResponse;
import io.penstock.proto.registry.v1.ListModelsRequest;
import io.penstock.proto.registry.v1.ListModelsResponse;
import io.penstock.proto.registry.v1.ListPromotionsRequest;
import io.penstock.proto.registry.v1.ListPromotionsResponse;
import io.penstock.proto.registry.v1.Model;
import io.penstock.proto.registry.v1.ModelServiceGrpc.ModelServiceImplBase;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.proto.registry.v1.PromoteModelVersionRequest;
import io.penstock.proto.registry.v1.Promotion;
import io.penstock.proto.registry.v1.QuantizeModelVersionRequest;
import io.penstock.registry.Limits;
import io.penstock.registry.Times;
import io.penstock.registry.promotion.PromotionProtos;
import io.penstock.registry.promotion.Promotions;
import io.penstock.registry.version.VersionName;
import io.penstock.registry.version.VersionProtos;
import jakarta.inject.Singleton;
import java.time.Clock;

/// Models, versions and promotions over gRPC.
@Singleton
final class ModelGrpcService extends ModelServiceImplBase {

  private static final PageLimits PAGES = new PageLimits(100, 1000);

  // A version carries its baseline profile, and a page has to fit into one message.
  private static final PageLimits VERSION_PAGES = new PageLimits(100, 200);

  private final ModelCatalog models;
  private final ModelVersions versions;
  private final QuantizedVersions quantized;
  private final Promotions promotions;
  private final Clock clock;

  ModelGrpcService(
      ModelCatalog models,
      ModelVersions versions,
      QuantizedVersions quantized,
      Promotions promotions,
      Clock clock) {
    this.models = models;
    this.versions = versions;
    this.quantized = quantized;
    this.promotions = promotions;
    this.clock = clock;
  }

  @Override
  public void createModel(CreateModelRequest request, StreamObserver<Model> responses) {
    Calls.unary(
        responses,
        () ->
            ModelProtos.toProto(
                models.create(ModelProtos.fromProto(request, Times.now(clock), caller()))));
  }

  @Override
  public void getModel(GetModelRequest request, StreamObserver<Model> responses) {
    Calls.unary(
        responses, () -> ModelProtos.toProto(models.get(modelOf("name", request.getName()))));
  }

  @Override
  public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> responses) {
    Calls.unary(responses, () -> list(request));
  }

  private ListModelsResponse list(ListModelsRequest request) {
    var page = models.list(PAGES.request("models", request.getPageSize(), request.getPageToken()));
    return ListModelsResponse.newBuilder()
        .addAllModels(page.rows().stream().map(ModelProtos::toProto).toList())
        .setNextPageToken(page.nextToken())
        .build();
  }

  @Override
  public void createModelVersion(
      CreateModelVersionRequest request, StreamObserver<ModelVersion> responses) {
    Calls.unary(
        responses,
        () -> VersionProtos.toProto(versions.register(ModelProtos.fromProto(request), caller())));
  }

  @Override
  public void quantizeModelVersion(
      QuantizeModelVersionRequest request, StreamObserver<ModelVersion> responses) {
    Calls.unary(responses, () -> quantize(request));
  }

  private ModelVersion quantize(QuantizeModelVersionRequest request) {
    var name = VersionName.parse("name", request.getName());
    var problems = new InvalidArguments();
    Limits.text(problems, "description", request.getDescription(), Limits.DESCRIPTION);
    problems.throwIfAny();
    return VersionProtos.toProto(quantized.quantize(name, request.getDescription(), caller()));
  }

  @Override
  public void getModelVersion(
      GetModelVersionRequest request, StreamObserver<ModelVersion> responses) {
    Calls.unary(
        responses,
        () -> VersionProtos.toProto(versions.get(VersionName.parse("name", request.getName()))));
  }

  @Override
  public void listModelVersions(
      ListModelVersionsRequest request, StreamObserver<ListModelVersionsResponse> responses) {
    Calls.unary(responses, () -> list(request));
  }

  private ListModelVersionsResponse list(ListModelVersionsRequest request) {
    var page =
        versions.list(
            modelOf("parent", request.getParent()),
            VERSION_PAGES.request(
                request.getParent() + "/versions", request.getPageSize(), request.getPageToken()));
    return ListModelVersionsResponse.newBuilder()
        .addAllVersions(page.rows().stream().map(VersionProtos::toProto).toList())
        .setNextPageToken(page.nextToken())
        .build();
  }

  @Override
  public void promoteModelVersion(
      PromoteModelVersionRequest request, StreamObserver<Promotion> responses) {
    Calls.unary(
        responses,
        () ->
            PromotionProtos.toProto(
                promotions.promote(PromotionProtos.fromProto(request, caller()))));
  }

  @Override
  public void listPromotions(
      ListPromotionsRequest request, StreamObserver<ListPromotionsResponse> responses) {
    Calls.unary(responses, () -> list(request));
  }

  private ListPromotionsResponse list(ListPromotionsRequest request) {
    var model = models.get(modelOf("parent", request.getParent()));
    var page =
        promotions.list(
            model.id(),
            PAGES.request(
                request.getParent() + "/promotions",
                request.getPageSize(),
                request.getPageToken()));
    return ListPromotionsResponse.newBuilder()
        .addAllPromotions(page.rows().stream().map(PromotionProtos::toProto).toList())
        .setNextPageToken(page.nextToken())
        .build();
  }

  @Override
  public void archiveModelVersion(
      ArchiveModelVersionRequest request, StreamObserver<ModelVersion> responses) {
    Calls.unary(
        responses,
        () ->
            VersionProtos.toProto(
                versions.archive(
                    VersionName.parse("name", request.getName()),
                    comment(request.getComment()),
                    caller())));
  }

  private static String modelOf(String field, String name) {
    return io.penstock.registry.model.Model.idOf(field, name);
  }

  private static String comment(String comment) {
    var problems = new InvalidArguments();
    Limits.text(problems, "comment", comment, Limits.COMMENT);
    problems.throwIfAny();
    return comment;
  }

  private static String caller() {
    return Caller.current().principal().name();
  }
}
