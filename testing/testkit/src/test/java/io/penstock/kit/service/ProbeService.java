package io.penstock.kit.service;

import io.grpc.stub.StreamObserver;
import io.penstock.kit.access.AuditScope;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.kit.failure.KitFailure.Conflict;
import io.penstock.kit.grpc.Calls;
import io.penstock.kit.identity.Caller;
import io.penstock.proto.governance.v1.AccessServiceGrpc;
import io.penstock.proto.governance.v1.AccessState;
import io.penstock.proto.governance.v1.Binding;
import io.penstock.proto.governance.v1.CreateBindingRequest;
import io.penstock.proto.governance.v1.DeleteBindingRequest;
import io.penstock.proto.governance.v1.DeleteBindingResponse;
import io.penstock.proto.governance.v1.Identity;
import io.penstock.proto.governance.v1.ListApiKeysRequest;
import io.penstock.proto.governance.v1.ListApiKeysResponse;
import io.penstock.proto.governance.v1.ListBindingsRequest;
import io.penstock.proto.governance.v1.ListBindingsResponse;
import io.penstock.proto.governance.v1.ListRolesRequest;
import io.penstock.proto.governance.v1.ListRolesResponse;
import io.penstock.proto.governance.v1.WatchAccessRequest;
import io.penstock.proto.governance.v1.WhoAmIRequest;
import java.util.concurrent.CountDownLatch;

/// Borrows a contract to show how the kit treats handlers that succeed, fail, linger or forget
/// their audit event.
final class ProbeService extends AccessServiceGrpc.AccessServiceImplBase {

  final CountDownLatch lingering = new CountDownLatch(1);
  final CountDownLatch goOn = new CountDownLatch(1);

  @Override
  public void whoAmI(WhoAmIRequest request, StreamObserver<Identity> out) {
    Calls.unary(
        out,
        () -> {
          var principal = Caller.current().principal();
          return Identity.newBuilder()
              .setPrincipal(principal.name())
              .addAllRoles(principal.roles())
              .build();
        });
  }

  /// Has a bug, with a message that nobody outside may read.
  @Override
  public void listRoles(ListRolesRequest request, StreamObserver<ListRolesResponse> out) {
    throw new IllegalStateException("the password is swordfish");
  }

  /// Refuses what it is asked for, by exception.
  @Override
  public void listBindings(ListBindingsRequest request, StreamObserver<ListBindingsResponse> out) {
    throw InvalidArguments.of(
        "principal", "was '%s', expected a name".formatted(request.getPrincipal()));
  }

  /// Refuses what it is asked for, through the observer.
  @Override
  public void listApiKeys(ListApiKeysRequest request, StreamObserver<ListApiKeysResponse> out) {
    out.onError(new FailureException(new Conflict("apiKeys", "changed meanwhile")));
  }

  @Override
  public void createBinding(CreateBindingRequest request, StreamObserver<Binding> out) {
    Calls.unary(
        out,
        () -> {
          AuditScope.markCurrent();
          return request.getBinding();
        });
  }

  /// Forgets its audit event.
  @Override
  public void deleteBinding(
      DeleteBindingRequest request, StreamObserver<DeleteBindingResponse> out) {
    Calls.unary(out, DeleteBindingResponse::getDefaultInstance);
  }

  /// Sends one state, says that it lingers, and ends only when told to.
  @Override
  public void watchAccess(WatchAccessRequest request, StreamObserver<AccessState> out) {
    Calls.stream(
        out,
        writer -> {
          writer.write(AccessState.newBuilder().setRevision(1).build());
          lingering.countDown();
          goOn.await();
          writer.write(AccessState.newBuilder().setRevision(2).build());
        });
  }
}
