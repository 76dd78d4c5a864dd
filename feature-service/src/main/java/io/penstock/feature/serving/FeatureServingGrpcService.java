package io.penstock.feature.serving;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.stub.StreamObserver;
import io.penstock.feature.history.HistoricalFeatures;
import io.penstock.feature.history.HistoryStream;
import io.penstock.feature.online.OnlineFeatures;
import io.penstock.kit.grpc.Calls;
import io.penstock.proto.feature.v1.FeatureServingServiceGrpc.FeatureServingServiceImplBase;
import io.penstock.proto.feature.v1.GetHistoricalFeaturesRequest;
import io.penstock.proto.feature.v1.GetHistoricalFeaturesResponse;
import io.penstock.proto.feature.v1.GetOnlineFeaturesRequest;
import io.penstock.proto.feature.v1.GetOnlineFeaturesResponse;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Online and point-in-time reads over gRPC.
@Singleton
final class FeatureServingGrpcService extends FeatureServingServiceImplBase {

  // For callers without a deadline.
  private static final Duration LONGEST_READ = Duration.ofSeconds(5);

  private final OnlineFeatures online;
  private final HistoricalFeatures history;

  FeatureServingGrpcService(OnlineFeatures online, HistoricalFeatures history) {
    this.online = online;
    this.history = history;
  }

  @Override
  public void getOnlineFeatures(
      GetOnlineFeaturesRequest request, StreamObserver<GetOnlineFeaturesResponse> out) {
    Calls.unary(out, () -> read(request));
  }

  private GetOnlineFeaturesResponse read(GetOnlineFeaturesRequest request) {
    var found =
        online.read(
            FeatureQueryProtos.fromProto(request.getQueriesList()),
            FeatureQueryProtos.asOf(request),
            budget());
    return GetOnlineFeaturesResponse.newBuilder()
        .addAllColumns(FeatureColumnProtos.toProto(found))
        .build();
  }

  private static Duration budget() {
    Deadline deadline = Context.current().getDeadline();
    if (deadline == null) {
      return LONGEST_READ;
    }
    Duration left = Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS));
    return left.compareTo(LONGEST_READ) < 0 ? left : LONGEST_READ;
  }

  @Override
  public StreamObserver<GetHistoricalFeaturesRequest> getHistoricalFeatures(
      StreamObserver<GetHistoricalFeaturesResponse> out) {
    return Calls.exchange(
        out,
        (requests, replies) -> {
          HistoryStream stream = history.open();
          requests.forEachRemaining(request -> replies.write(read(stream, request)));
        });
  }

  private static GetHistoricalFeaturesResponse read(
      HistoryStream stream, GetHistoricalFeaturesRequest request) {
    var found =
        stream.read(
            FeatureQueryProtos.fromProto(request.getQueriesList()),
            FeatureQueryProtos.times(request.getTimesList()));
    return GetHistoricalFeaturesResponse.newBuilder()
        .addAllColumns(FeatureColumnProtos.toProto(found))
        .build();
  }
}
