package io.penstock.inference.protocol;

import io.grpc.stub.StreamObserver;
import io.penstock.inference.event.PredictionEvents;
import io.penstock.inference.release.ReleaseFollower;
import io.penstock.inference.release.Rollouts;
import io.penstock.inference.release.VersionStates;
import io.penstock.inference.routing.Routes;
import io.penstock.inference.runtime.OnnxRuntime;
import io.penstock.kit.grpc.Calls;
import io.penstock.proto.inference.v1.GetServingStatusRequest;
import io.penstock.proto.inference.v1.ServingStatus;
import io.penstock.proto.inference.v1.ServingStatusServiceGrpc;
import jakarta.inject.Singleton;

/// What operators ask of this server.
@Singleton
final class ServingStatusGrpcService extends ServingStatusServiceGrpc.ServingStatusServiceImplBase {

  private final Routes routes;
  private final VersionStates states;
  private final ReleaseFollower follower;
  private final Rollouts rollouts;
  private final OnnxRuntime runtime;
  private final PredictionEvents events;

  ServingStatusGrpcService(
      Routes routes,
      VersionStates states,
      ReleaseFollower follower,
      Rollouts rollouts,
      OnnxRuntime runtime,
      PredictionEvents events) {
    this.routes = routes;
    this.states = states;
    this.follower = follower;
    this.rollouts = rollouts;
    this.runtime = runtime;
    this.events = events;
  }

  @Override
  public void getServingStatus(GetServingStatusRequest request, StreamObserver<ServingStatus> out) {
    Calls.unary(out, this::status);
  }

  private ServingStatus status() {
    var status =
        ServingStatus.newBuilder()
            .setAppliedRevision(rollouts.appliedRevision())
            .setFollowing(follower.isFollowing())
            .setDevice(runtime.device().name())
            .setDeviceReason(runtime.device().reason())
            .setDroppedEvents(events.dropped());
    routes.all().stream()
        .flatMap(route -> route.targets().stream())
        .forEach(target -> status.addVersions(ServingStatusProtos.toProto(target)));
    states.all().forEach(state -> status.addVersions(ServingStatusProtos.toProto(state)));
    return status.build();
  }
}
