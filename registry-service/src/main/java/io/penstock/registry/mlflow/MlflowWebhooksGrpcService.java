package io.penstock.registry.mlflow;

import io.grpc.stub.StreamObserver;
import io.penstock.kit.grpc.Calls;
import io.penstock.kit.page.PageLimits;
import io.penstock.kit.page.PageRequest;
import io.penstock.proto.mlflow.v1.CreateWebhookRequest;
import io.penstock.proto.mlflow.v1.CreateWebhookResponse;
import io.penstock.proto.mlflow.v1.DeleteWebhookRequest;
import io.penstock.proto.mlflow.v1.DeleteWebhookResponse;
import io.penstock.proto.mlflow.v1.GetWebhookRequest;
import io.penstock.proto.mlflow.v1.GetWebhookResponse;
import io.penstock.proto.mlflow.v1.ListDeliveriesRequest;
import io.penstock.proto.mlflow.v1.ListDeliveriesResponse;
import io.penstock.proto.mlflow.v1.ListWebhooksRequest;
import io.penstock.proto.mlflow.v1.ListWebhooksResponse;
import io.penstock.proto.mlflow.v1.ReplayDeliveriesRequest;
import io.penstock.proto.mlflow.v1.ReplayDeliveriesResponse;
import io.penstock.proto.mlflow.v1.TestWebhookRequest;
import io.penstock.proto.mlflow.v1.TestWebhookResponse;
import io.penstock.proto.mlflow.v1.UpdateWebhookRequest;
import io.penstock.proto.mlflow.v1.UpdateWebhookResponse;
import io.penstock.proto.mlflow.v1.WebhookServiceGrpc.WebhookServiceImplBase;
import io.penstock.registry.MlflowFailure;
import io.penstock.registry.webhook.Webhooks;
import jakarta.inject.Singleton;

/// MLflow's webhooks, and what became of their deliveries.
@Singleton
final class MlflowWebhooksGrpcService extends WebhookServiceImplBase {

  private static final PageLimits PAGES = new PageLimits(100, 1_000);

  private final Webhooks webhooks;

  MlflowWebhooksGrpcService(Webhooks webhooks) {
    this.webhooks = webhooks;
  }

  @Override
  public void createWebhook(
      CreateWebhookRequest request, StreamObserver<CreateWebhookResponse> responses) {
    Calls.unary(
        responses,
        () -> {
          var webhook = webhooks.create(MlflowWebhookProtos.draft(request), request);
          return CreateWebhookResponse.newBuilder()
              .setWebhook(MlflowWebhookProtos.toProto(webhook))
              .build();
        });
  }

  @Override
  public void listWebhooks(
      ListWebhooksRequest request, StreamObserver<ListWebhooksResponse> responses) {
    Calls.unary(
        responses,
        () ->
            MlflowWebhookProtos.page(
                webhooks.list(page("webhooks", request.getMaxResults(), request.getPageToken()))));
  }

  @Override
  public void getWebhook(GetWebhookRequest request, StreamObserver<GetWebhookResponse> responses) {
    Calls.unary(
        responses,
        () ->
            GetWebhookResponse.newBuilder()
                .setWebhook(MlflowWebhookProtos.toProto(webhooks.get(request.getWebhookId())))
                .build());
  }

  @Override
  public void updateWebhook(
      UpdateWebhookRequest request, StreamObserver<UpdateWebhookResponse> responses) {
    Calls.unary(
        responses,
        () -> {
          var webhook =
              webhooks.update(request.getWebhookId(), MlflowWebhookProtos.draft(request), request);
          return UpdateWebhookResponse.newBuilder()
              .setWebhook(MlflowWebhookProtos.toProto(webhook))
              .build();
        });
  }

  @Override
  public void deleteWebhook(
      DeleteWebhookRequest request, StreamObserver<DeleteWebhookResponse> responses) {
    Calls.unary(
        responses,
        () -> {
          webhooks.delete(request.getWebhookId(), request);
          return DeleteWebhookResponse.getDefaultInstance();
        });
  }

  @Override
  public void testWebhook(
      TestWebhookRequest request, StreamObserver<TestWebhookResponse> responses) {
    Calls.unary(
        responses,
        () -> {
          var event = request.hasEvent() ? MlflowWebhookProtos.event(request.getEvent()) : null;
          return MlflowWebhookProtos.toProto(webhooks.test(request.getWebhookId(), event));
        });
  }

  @Override
  public void listDeliveries(
      ListDeliveriesRequest request, StreamObserver<ListDeliveriesResponse> responses) {
    Calls.unary(
        responses,
        () -> {
          var state = MlflowWebhookProtos.state(request.getState());
          var list = "deliveries/" + request.getWebhookId() + "/" + state;
          return MlflowWebhookProtos.deliveries(
              webhooks.deliveries(
                  request.getWebhookId(),
                  state,
                  page(list, request.getMaxResults(), request.getPageToken())));
        });
  }

  @Override
  public void replayDeliveries(
      ReplayDeliveriesRequest request, StreamObserver<ReplayDeliveriesResponse> responses) {
    Calls.unary(
        responses,
        () -> {
          var ids = MlflowWebhookProtos.deliveryIds(request.getDeliveryIdsList());
          return ReplayDeliveriesResponse.newBuilder()
              .setReplayed(webhooks.replay(request.getWebhookId(), ids, request))
              .build();
        });
  }

  private static PageRequest page(String list, int size, String token) {
    if (size < 0 || size > PAGES.largest()) {
      throw MlflowFailure.invalid(
          "max_results must be between 1 and %d.".formatted(PAGES.largest()));
    }
    return PAGES.request(list, size, token);
  }
}
