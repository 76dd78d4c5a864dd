package io.penstock.e2e.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.penstock.e2e.suite.Client;
import io.penstock.e2e.suite.RunningSuite;
import io.penstock.proto.event.v1.AuditEvent;
import io.penstock.proto.governance.v1.AuditEntry;
import io.penstock.proto.governance.v1.AuditServiceGrpc;
import io.penstock.proto.governance.v1.AuditServiceGrpc.AuditServiceBlockingStub;
import io.penstock.proto.governance.v1.Checkpoint;
import io.penstock.proto.governance.v1.GetCheckpointRequest;
import io.penstock.proto.governance.v1.GetConsistencyProofRequest;
import io.penstock.proto.governance.v1.GetInclusionProofRequest;
import io.penstock.proto.governance.v1.ListAuditEntriesRequest;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;

/// Reads the audit log from outside and believes only what follows from its hashes and signatures.
final class Auditor {

  private final Client client;

  Auditor(RunningSuite suite) {
    this.client = suite.as("inspector", "auditor");
  }

  private AuditServiceBlockingStub log() {
    return client.grpc(AuditServiceGrpc::newBlockingStub);
  }

  /// The entries of successful calls of a method, all of them, oldest first.
  List<AuditEntry> entriesOf(String method) {
    List<AuditEntry> entries = new ArrayList<>();
    String page = "";
    do {
      var answer =
          log()
              .listAuditEntries(
                  ListAuditEntriesRequest.newBuilder()
                      .setMethod(method)
                      .setPageSize(1000)
                      .setPageToken(page)
                      .build());
      entries.addAll(answer.getEntriesList());
      page = answer.getNextPageToken();
    } while (!page.isEmpty());
    return entries.reversed();
  }

  Checkpoint checkpoint() {
    return log().getCheckpoint(GetCheckpointRequest.getDefaultInstance());
  }

  /// Proves that an entry says what its bytes say, and that they are in a tree that the log signed.
  void verify(AuditEntry entry) throws GeneralSecurityException, InvalidProtocolBufferException {
    assertThat(AuditEvent.parseFrom(entry.getLeafData())).isEqualTo(entry.getEvent());
    var proof =
        log()
            .getInclusionProof(
                GetInclusionProofRequest.newBuilder().setName(entry.getName()).build());
    byte[] root =
        PlainSha256.root(
            entry.getLeafData().toByteArray(),
            proof.getLeafIndex(),
            proof.getTreeSize(),
            bytes(proof.getHashesList()));
    assertThat(proof.getLeafIndex()).isEqualTo(entry.getLeafIndex());
    assertThat(root).as("root by %s", entry.getName()).isEqualTo(proof.getRootHash().toByteArray());
    verify(proof.getCheckpoint());
    assertThat(SignedNote.parse(proof.getCheckpoint().getNote()).root()).isEqualTo(root);
  }

  /// Proves that a checkpoint is signed and says what its note says.
  void verify(Checkpoint checkpoint) throws GeneralSecurityException {
    SignedNote note = SignedNote.parse(checkpoint.getNote());
    assertThat(note.isSignedBy(checkpoint.getPublicKey().toByteArray())).isTrue();
    assertThat(note.size()).isEqualTo(checkpoint.getTreeSize());
    assertThat(note.root()).isEqualTo(checkpoint.getRootHash().toByteArray());
  }

  /// Proves that nothing that was in the log at an earlier checkpoint was changed or lost since.
  void verifyNothingWasRewritten(Checkpoint earlier, Checkpoint later) {
    var proof =
        log()
            .getConsistencyProof(
                GetConsistencyProofRequest.newBuilder()
                    .setFirstSize(earlier.getTreeSize())
                    .setSecondSize(later.getTreeSize())
                    .build());
    assertThat(
            PlainSha256.isPrefix(
                earlier.getTreeSize(),
                earlier.getRootHash().toByteArray(),
                later.getTreeSize(),
                later.getRootHash().toByteArray(),
                bytes(proof.getHashesList())))
        .as("%s is a prefix of %s", earlier.getTreeSize(), later.getTreeSize())
        .isTrue();
  }

  private static List<byte[]> bytes(List<ByteString> hashes) {
    return hashes.stream().map(ByteString::toByteArray).toList();
  }
}
