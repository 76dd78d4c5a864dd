package io.penstock.governance.approval;

import io.grpc.stub.StreamObserver;
import io.penstock.kit.grpc.Calls;
import io.penstock.kit.page.PageLimits;
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

  private static final PageLimits PAGES = new PageLimits(50, 1000);

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
              PAGES.request(
                  "approvals of " + subject, request.getPageSize(), request.getPageToken());
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
