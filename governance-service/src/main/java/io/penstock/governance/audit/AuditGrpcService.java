package io.penstock.governance.audit;

import io.grpc.stub.StreamObserver;
import io.penstock.governance.log.MerkleLog;
import io.penstock.kit.grpc.Calls;
import io.penstock.kit.page.PageLimits;
import io.penstock.proto.governance.v1.AuditEntry;
import io.penstock.proto.governance.v1.AuditServiceGrpc;
import io.penstock.proto.governance.v1.Checkpoint;
import io.penstock.proto.governance.v1.ConsistencyProof;
import io.penstock.proto.governance.v1.GetAuditEntryRequest;
import io.penstock.proto.governance.v1.GetCheckpointRequest;
import io.penstock.proto.governance.v1.GetConsistencyProofRequest;
import io.penstock.proto.governance.v1.GetInclusionProofRequest;
import io.penstock.proto.governance.v1.InclusionProof;
import io.penstock.proto.governance.v1.ListAuditEntriesRequest;
import io.penstock.proto.governance.v1.ListAuditEntriesResponse;
import jakarta.inject.Singleton;

/// The audit log over gRPC.
@Singleton
final class AuditGrpcService extends AuditServiceGrpc.AuditServiceImplBase {

  private static final PageLimits PAGES = new PageLimits(50, 1000);

  private final AuditTrail trail;
  private final MerkleLog log;

  AuditGrpcService(AuditTrail trail, MerkleLog log) {
    this.trail = trail;
    this.log = log;
  }

  @Override
  public void listAuditEntries(
      ListAuditEntriesRequest request, StreamObserver<ListAuditEntriesResponse> out) {
    Calls.unary(
        out,
        () -> {
          var filter = AuditProtos.filter(request);
          var page =
              PAGES.request(filter.toString(), request.getPageSize(), request.getPageToken());
          return AuditProtos.toProto(trail.list(filter, page));
        });
  }

  @Override
  public void getAuditEntry(GetAuditEntryRequest request, StreamObserver<AuditEntry> out) {
    Calls.unary(out, () -> AuditProtos.toProto(trail.entry(AuditProtos.index(request.getName()))));
  }

  @Override
  public void getCheckpoint(GetCheckpointRequest request, StreamObserver<Checkpoint> out) {
    Calls.unary(out, () -> AuditProtos.checkpoint(trail.view(), log.publicKey()));
  }

  @Override
  public void getInclusionProof(
      GetInclusionProofRequest request, StreamObserver<InclusionProof> out) {
    Calls.unary(
        out,
        () -> {
          long index = AuditProtos.index(request.getName());
          return AuditProtos.toProto(
              trail.inclusion(index, request.getTreeSize()), log.publicKey());
        });
  }

  @Override
  public void getConsistencyProof(
      GetConsistencyProofRequest request, StreamObserver<ConsistencyProof> out) {
    Calls.unary(
        out,
        () ->
            AuditProtos.toProto(
                trail.consistency(request.getFirstSize(), request.getSecondSize())));
  }
}
