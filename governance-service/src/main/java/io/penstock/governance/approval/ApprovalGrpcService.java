package io.penstock.governance.approval;

import io.grpc.stub.StreamObserver;
import io.penstock.governance.PageRequest;
import io.penstock.kit.grpc.Calls;
import io.penstock.proto.governance.v1.Approval;
import io.penstock.proto.governance.v1.ApprovalServiceGrpc;
import io.penstock.proto.governance.v1.CreateApprovalRequest;
import io.penstock.proto.governance.v1.ListApprovalsRequest;
import io.penstock.proto.governance.v1.ListApprovalsResponse;
import io.penstock.proto.governance.v1.WithdrawApprovalRequest;
import jakarta.inject.Singleton;

/// Approvals over gRPC.
@Singleton
final class ApprovalGrpcService extends ApprovalServiceGrpc.ApprovalServiceImplBase {

  private final Approvals approvals;

  ApprovalGrpcService(Approvals approvals) {
    this.approvals = approvals;
  }

  @Override
  public void createApproval(CreateApprovalRequest request, StreamObserver<Approval> out) {
    Calls.unary(
        out,
        () -> {
          var wanted = ApprovalProtos.fromProto(request.getApproval());
          return ApprovalProtos.toProto(approvals.approve(wanted, request));
        });
  }

  @Override
  public void listApprovals(
      ListApprovalsRequest request, StreamObserver<ListApprovalsResponse> out) {
    Calls.unary(
        out,
        () -> {
          String subject = request.getSubject();
          var page =
              PageRequest.of(
                  request.getPageSize(), request.getPageToken(), "approvals" + subject, 2);
          return ApprovalProtos.toProto(approvals.list(subject, page));
        });
  }

  @Override
  public void withdrawApproval(WithdrawApprovalRequest request, StreamObserver<Approval> out) {
    Calls.unary(
        out,
        () ->
            ApprovalProtos.toProto(
                approvals.withdraw(ApprovalProtos.id(request.getName()), request)));
  }
}
