package io.penstock.governance.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.grpc.Status.Code;
import io.penstock.governance.RunningGovernance;
import io.penstock.governance.tree.NaiveTree;
import io.penstock.kit.events.EventLog;
import io.penstock.kit.events.Topics;
import io.penstock.proto.event.v1.AuditEvent;
import io.penstock.proto.governance.v1.AuditEntry;
import io.penstock.proto.governance.v1.AuditServiceGrpc;
import io.penstock.proto.governance.v1.GetAuditEntryRequest;
import io.penstock.proto.governance.v1.GetCheckpointRequest;
import io.penstock.proto.governance.v1.GetConsistencyProofRequest;
import io.penstock.proto.governance.v1.GetInclusionProofRequest;
import io.penstock.proto.governance.v1.ListAuditEntriesRequest;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AuditIT {

  @RegisterExtension static final ServiceExtension governance = RunningGovernance.fresh();

  private static final Instant TIME = Instant.parse("2001-04-01T00:00:00Z");

  private AuditServiceGrpc.AuditServiceBlockingStub audit;

  @BeforeEach
  void stub() {
    audit = AuditServiceGrpc.newBlockingStub(governance.channel("grace", "auditor"));
  }

  private long size() {
    return audit.getCheckpoint(GetCheckpointRequest.getDefaultInstance()).getTreeSize();
  }

  private void publish(List<AuditEvent> changes) throws InterruptedException {
    long before = size();
    governance
        .bean(EventLog.class)
        .append(Topics.AUDIT, changes.stream().map(AuditEventsOf::event).toList());
    Eventually.become(Duration.ofSeconds(10), () -> size() == before + changes.size());
  }

  @Test
  void entries_keepTheExactBytes() throws InterruptedException {
    var change = AuditEventsOf.change("ada", "a.B/C", "models/exact", TIME);
    publish(List.of(change));
    var entry = list(filter().setResource("models/exact")).getFirst();
    assertThat(entry.getLeafData()).isEqualTo(change.toByteString());
    assertThat(entry.getEvent()).isEqualTo(change);
    assertThat(entry.getLeafHash().toByteArray()).isEqualTo(NaiveTree.leaf(change.toByteArray()));
    assertThat(entry.getName()).isEqualTo("auditEntries/" + entry.getLeafIndex());
    assertThat(get(entry.getName())).isEqualTo(entry);
  }

  @Test
  void list_byEveryFilter() throws InterruptedException {
    publish(
        List.of(
            AuditEventsOf.change("bob", "x.Y/One", "things/a", TIME),
            AuditEventsOf.change("bob", "x.Y/Two", "things/a/parts/1", TIME.plusSeconds(10)),
            AuditEventsOf.change("eve", "x.Y/Two", "things/ab", TIME.plusSeconds(20)),
            AuditEventsOf.change("eve", "x.Y/One", "things/a0", TIME.plusSeconds(30))));
    assertThat(resources(filter().setPrincipal("bob")))
        .containsExactly("things/a/parts/1", "things/a");
    assertThat(resources(filter().setPrincipal("eve").setMethod("x.Y/One")))
        .containsExactly("things/a0");
    assertThat(resources(filter().setResource("things/a")))
        .containsExactly("things/a/parts/1", "things/a");
    assertThat(resources(filter().setResource("things/a/")))
        .containsExactly("things/a/parts/1", "things/a");
    assertThat(resources(filter().setResource("things")))
        .containsExactly("things/a0", "things/ab", "things/a/parts/1", "things/a");
    assertThat(
            resources(
                filter()
                    .setResource("things")
                    .setStartTime(at(TIME.plusSeconds(10)))
                    .setEndTime(at(TIME.plusSeconds(30)))))
        .containsExactly("things/ab", "things/a/parts/1");
    assertThat(resources(filter().setTraceId("00000000000000000000000000000000"))).isEmpty();
    assertThat(resources(filter().setTraceId("4bf92f3577b34da6a3ce929d0e0e4736")))
        .contains("things/a0");
  }

  @Test
  void list_pageByPage_seesEachOnce() throws InterruptedException {
    publish(AuditEventsOf.changes("pager", 25));
    var seen = new ArrayList<Long>();
    String token = "";
    do {
      var page =
          audit.listAuditEntries(
              filter().setPrincipal("pager").setPageSize(7).setPageToken(token).build());
      page.getEntriesList().forEach(entry -> seen.add(entry.getLeafIndex()));
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    assertThat(new HashSet<>(seen)).hasSize(25);
    assertThat(seen).hasSize(25).isSortedAccordingTo((a, b) -> Long.compare(b, a));
  }

  // A few lines of plain SHA-256 that share nothing with the log.
  @Test
  void inclusionProof_verifiesOutside() throws InterruptedException {
    publish(AuditEventsOf.changes("proof", 300));
    for (AuditEntry entry : list(filter().setPrincipal("proof").setPageSize(5))) {
      var proof =
          audit.getInclusionProof(
              GetInclusionProofRequest.newBuilder().setName(entry.getName()).build());
      byte[] root =
          NaiveTree.rootOfInclusion(
              NaiveTree.leaf(entry.getLeafData().toByteArray()),
              proof.getLeafIndex(),
              proof.getTreeSize(),
              raw(proof.getHashesList()));
      assertThat(root).isEqualTo(proof.getCheckpoint().getRootHash().toByteArray());
      assertThat(proof.getCheckpoint().getTreeSize()).isEqualTo(proof.getTreeSize());
      assertThat(proof.getCheckpoint().getNote()).startsWith("test.penstock.io/audit\n");
      assertThat(proof.getCheckpoint().getPublicKey().size()).isEqualTo(32);
    }
  }

  @Test
  void consistencyProof_verifiesOutside() throws InterruptedException {
    publish(AuditEventsOf.changes("earlier", 10));
    var earlier = audit.getCheckpoint(GetCheckpointRequest.getDefaultInstance());
    publish(AuditEventsOf.changes("later", 33));
    var proof =
        audit.getConsistencyProof(
            GetConsistencyProofRequest.newBuilder().setFirstSize(earlier.getTreeSize()).build());
    var roots =
        NaiveTree.rootsOfConsistency(
            proof.getFirstSize(),
            proof.getSecondSize(),
            earlier.getRootHash().toByteArray(),
            raw(proof.getHashesList()));
    assertThat(roots.getFirst()).isEqualTo(earlier.getRootHash().toByteArray());
    assertThat(roots.getLast()).isEqualTo(proof.getSecondRoot().toByteArray());
  }

  @Test
  void unknownEntry_isNotFound() {
    assertThatThrownBy(() -> get("auditEntries/999999"))
        .satisfies(Failures.with(Code.NOT_FOUND, "AUDIT_ENTRY_NOT_FOUND"));
    assertThatThrownBy(
            () ->
                audit.getInclusionProof(
                    GetInclusionProofRequest.newBuilder().setName("auditEntries/999999").build()))
        .satisfies(Failures.with(Code.NOT_FOUND, "AUDIT_ENTRY_NOT_FOUND"));
  }

  @Test
  void badInput_namesTheField() throws InterruptedException {
    publish(AuditEventsOf.changes("bad", 3));
    assertInvalid("name", () -> get("auditEntries/x"));
    assertInvalid("name", () -> get("auditEntries/007"));
    assertInvalid("page_size", () -> list(filter().setPageSize(-1)));
    assertInvalid("page_token", () -> list(filter().setPageToken("?")));
    String token =
        audit
            .listAuditEntries(filter().setPrincipal("bad").setPageSize(1).build())
            .getNextPageToken();
    assertInvalid("page_token", () -> list(filter().setPrincipal("x").setPageToken(token)));
    assertInvalid("principal", () -> list(filter().setPrincipal("a\0")));
    assertInvalid(
        "start_time",
        () -> list(filter().setStartTime(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE))));
    assertInvalid(
        "tree_size",
        () ->
            audit.getInclusionProof(
                GetInclusionProofRequest.newBuilder()
                    .setName("auditEntries/0")
                    .setTreeSize(1_000_000)
                    .build()));
    assertInvalid(
        "first_size",
        () ->
            audit.getConsistencyProof(
                GetConsistencyProofRequest.newBuilder().setFirstSize(-1).build()));
  }

  @Test
  void withoutPermission_isRefused() {
    var viewer = AuditServiceGrpc.newBlockingStub(governance.channel("vera", "viewer"));
    assertThatThrownBy(() -> viewer.getCheckpoint(GetCheckpointRequest.getDefaultInstance()))
        .satisfies(Failures.with(Code.PERMISSION_DENIED, "PERMISSION_MISSING"));
  }

  private void assertInvalid(
      String field, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .satisfies(
            Failures.with(
                Code.INVALID_ARGUMENT,
                "INVALID_ARGUMENT",
                status -> assertThat(status.violations().getFirst().field()).isEqualTo(field)));
  }

  private AuditEntry get(String name) {
    return audit.getAuditEntry(GetAuditEntryRequest.newBuilder().setName(name).build());
  }

  private List<AuditEntry> list(ListAuditEntriesRequest.Builder request) {
    return audit.listAuditEntries(request.build()).getEntriesList();
  }

  private List<String> resources(ListAuditEntriesRequest.Builder request) {
    return list(request).stream().map(entry -> entry.getEvent().getResource()).toList();
  }

  private static ListAuditEntriesRequest.Builder filter() {
    return ListAuditEntriesRequest.newBuilder();
  }

  private static Timestamp at(Instant time) {
    return Timestamp.newBuilder().setSeconds(time.getEpochSecond()).build();
  }

  private static List<byte[]> raw(List<ByteString> hashes) {
    return hashes.stream().map(ByteString::toByteArray).toList();
  }
}
