package io.penstock.governance.access;

import io.grpc.stub.StreamObserver;
import io.penstock.kit.grpc.Calls;
import io.penstock.kit.identity.Caller;
import io.penstock.proto.governance.v1.AccessServiceGrpc;
import io.penstock.proto.governance.v1.AccessState;
import io.penstock.proto.governance.v1.ApiKey;
import io.penstock.proto.governance.v1.Binding;
import io.penstock.proto.governance.v1.CreateApiKeyRequest;
import io.penstock.proto.governance.v1.CreateApiKeyResponse;
import io.penstock.proto.governance.v1.CreateBindingRequest;
import io.penstock.proto.governance.v1.DeleteBindingRequest;
import io.penstock.proto.governance.v1.DeleteBindingResponse;
import io.penstock.proto.governance.v1.DeleteRoleRequest;
import io.penstock.proto.governance.v1.DeleteRoleResponse;
import io.penstock.proto.governance.v1.Identity;
import io.penstock.proto.governance.v1.ListApiKeysRequest;
import io.penstock.proto.governance.v1.ListApiKeysResponse;
import io.penstock.proto.governance.v1.ListBindingsRequest;
import io.penstock.proto.governance.v1.ListBindingsResponse;
import io.penstock.proto.governance.v1.ListRolesRequest;
import io.penstock.proto.governance.v1.ListRolesResponse;
import io.penstock.proto.governance.v1.PutRoleRequest;
import io.penstock.proto.governance.v1.RevokeApiKeyRequest;
import io.penstock.proto.governance.v1.Role;
import io.penstock.proto.governance.v1.WatchAccessRequest;
import io.penstock.proto.governance.v1.WhoAmIRequest;
import jakarta.inject.Singleton;

/// Roles, bindings and API keys over gRPC.
@Singleton
final class AccessGrpcService extends AccessServiceGrpc.AccessServiceImplBase {

  private final AccessReader reader;
  private final AccessAdministration administration;
  private final AccessFeed feed;

  AccessGrpcService(AccessReader reader, AccessAdministration administration, AccessFeed feed) {
    this.reader = reader;
    this.administration = administration;
    this.feed = feed;
  }

  @Override
  public void whoAmI(WhoAmIRequest request, StreamObserver<Identity> out) {
    Calls.unary(
        out,
        () -> {
          var principal = Caller.current().principal();
          return Identity.newBuilder()
              .setPrincipal(principal.name())
              .addAllRoles(principal.roles().stream().sorted().toList())
              .addAllPermissions(reader.permissionsOf(principal))
              .build();
        });
  }

  @Override
  public void listRoles(ListRolesRequest request, StreamObserver<ListRolesResponse> out) {
    Calls.unary(
        out,
        () ->
            ListRolesResponse.newBuilder()
                .addAllRoles(reader.roles().stream().map(AccessProtos::toProto).toList())
                .build());
  }

  @Override
  public void putRole(PutRoleRequest request, StreamObserver<Role> out) {
    Calls.unary(
        out,
        () -> {
          var role = AccessProtos.fromProto(request.getRole(), reader.permissions());
          return AccessProtos.toProto(administration.putRole(role, request));
        });
  }

  @Override
  public void deleteRole(DeleteRoleRequest request, StreamObserver<DeleteRoleResponse> out) {
    Calls.unary(
        out,
        () -> {
          var _ = administration.deleteRole(RoleName.parse("name", request.getName()), request);
          return DeleteRoleResponse.getDefaultInstance();
        });
  }

  @Override
  public void listBindings(ListBindingsRequest request, StreamObserver<ListBindingsResponse> out) {
    Calls.unary(
        out,
        () -> {
          String principal =
              request.getPrincipal().isEmpty()
                  ? ""
                  : AccessProtos.principal("principal", request.getPrincipal());
          return ListBindingsResponse.newBuilder()
              .addAllBindings(
                  reader.bindings(principal).stream().map(AccessProtos::toProto).toList())
              .build();
        });
  }

  @Override
  public void createBinding(CreateBindingRequest request, StreamObserver<Binding> out) {
    Calls.unary(
        out,
        () -> {
          var wanted = request.getBinding();
          String principal = AccessProtos.principal("binding.principal", wanted.getPrincipal());
          RoleName role = RoleName.parse("binding.role", wanted.getRole());
          return AccessProtos.toProto(administration.bind(principal, role, request));
        });
  }

  @Override
  public void deleteBinding(
      DeleteBindingRequest request, StreamObserver<DeleteBindingResponse> out) {
    Calls.unary(
        out,
        () -> {
          var _ =
              administration.unbind(
                  AccessProtos.id(
                      io.penstock.governance.access.Binding.COLLECTION, request.getName()));
          return DeleteBindingResponse.getDefaultInstance();
        });
  }

  @Override
  public void createApiKey(CreateApiKeyRequest request, StreamObserver<CreateApiKeyResponse> out) {
    Calls.unary(
        out,
        () -> {
          var created = administration.createKey(AccessProtos.fromProto(request), request);
          return CreateApiKeyResponse.newBuilder()
              .setApiKey(AccessProtos.toProto(created.key()))
              .setSecret(created.secret().text())
              .build();
        });
  }

  @Override
  public void listApiKeys(ListApiKeysRequest request, StreamObserver<ListApiKeysResponse> out) {
    Calls.unary(
        out,
        () ->
            ListApiKeysResponse.newBuilder()
                .addAllApiKeys(reader.keys().stream().map(AccessProtos::toProto).toList())
                .build());
  }

  @Override
  public void revokeApiKey(RevokeApiKeyRequest request, StreamObserver<ApiKey> out) {
    Calls.unary(
        out,
        () -> {
          var id =
              AccessProtos.id(io.penstock.governance.access.ApiKey.COLLECTION, request.getName());
          return AccessProtos.toProto(administration.revoke(id, request));
        });
  }

  @Override
  public void watchAccess(WatchAccessRequest request, StreamObserver<AccessState> out) {
    Calls.stream(
        out,
        writer -> {
          long sent = 0;
          while (writer.isOpen()) {
            var state = feed.awaitAfter(sent);
            writer.write(AccessProtos.toProto(state));
            sent = state.revision();
          }
        });
  }
}
