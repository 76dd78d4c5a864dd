package io.penstock.demo.story;

import static io.penstock.demo.suite.Person.AUDITOR;

import com.google.protobuf.ByteString;
import io.penstock.demo.proof.Inclusion;
import io.penstock.demo.proof.SignedCheckpoint;
import io.penstock.demo.suite.StepFailed;
import io.penstock.demo.terminal.Figures;
import io.penstock.demo.terminal.Terminal;
import io.penstock.proto.event.v1.AuditEvent;
import io.penstock.proto.governance.v1.AuditEntry;
import io.penstock.proto.governance.v1.AuditServiceGrpc;
import io.penstock.proto.governance.v1.AuditServiceGrpc.AuditServiceBlockingStub;
import io.penstock.proto.governance.v1.Checkpoint;
import io.penstock.proto.governance.v1.GetInclusionProofRequest;
import io.penstock.proto.governance.v1.InclusionProof;
import io.penstock.proto.governance.v1.ListAuditEntriesRequest;
import io.penstock.proto.governance.v1.ListAuditEntriesResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// The audit entries of this run. The auditor takes nobody's word: every entry is found again in
/// the signed log by plain SHA-256, and the signature of the log checked.
final class AuditTrail {

  private static final Duration TO_ARRIVE = Duration.ofSeconds(30);
  private static final int LONGEST_NAME = 48;

  private final Story story;
  private final Terminal terminal;
  private final AuditServiceBlockingStub audit;

  AuditTrail(Story story) {
    this.story = story;
    this.terminal = story.terminal();
    this.audit = story.suite().as(AUDITOR, AuditServiceGrpc::newBlockingStub);
  }

  void prove(Instant start, Canary canary) {
    terminal.status("waiting for the last change to reach the audit log");
    List<AuditEntry> entries =
        story
            .patience()
            .await(
                "the audit entry of the release of " + canary.version(),
                TO_ARRIVE,
                () -> Optional.of(since(start)).filter(AuditTrail::reachTheRelease));
    terminal.fact("audit", "%d changes by this run; oldest first".formatted(entries.size()));
    entries.stream().map(AuditEntry::getEvent).map(AuditTrail::line).forEach(terminal::more);
    InclusionProof last = prove(entries);
    terminal.passed(
        "all %d inclusion proofs verified by plain SHA-256 against a log of %s entries, root %s"
            .formatted(
                entries.size(),
                Figures.count(last.getTreeSize()),
                Figures.digest(HexFormat.of().formatHex(last.getRootHash().toByteArray()))));
    terminal.passed(
        "that root is signed (Ed25519) by %s".formatted(last.getCheckpoint().getOrigin()));
  }

  private InclusionProof prove(List<AuditEntry> entries) {
    InclusionProof proof = InclusionProof.getDefaultInstance();
    for (AuditEntry entry : entries) {
      proof =
          audit.getInclusionProof(
              GetInclusionProofRequest.newBuilder().setName(entry.getName()).build());
      verify(entry, proof);
    }
    return proof;
  }

  private static void verify(AuditEntry entry, InclusionProof proof) {
    boolean included =
        Inclusion.holds(
            entry.getLeafData().toByteArray(),
            entry.getLeafIndex(),
            proof.getTreeSize(),
            proof.getHashesList().stream().map(ByteString::toByteArray).toList(),
            proof.getRootHash().toByteArray());
    if (!included) {
      throw new StepFailed(entry.getName() + ": its inclusion proof does not verify");
    }
    Checkpoint checkpoint = proof.getCheckpoint();
    SignedCheckpoint signed = SignedCheckpoint.parse(checkpoint.getNote());
    boolean speaksOfThisTree =
        signed.size() == proof.getTreeSize()
            && Arrays.equals(signed.root(), proof.getRootHash().toByteArray());
    if (!speaksOfThisTree || !signed.signedBy(checkpoint.getPublicKey().toByteArray())) {
      throw new StepFailed(entry.getName() + ": its checkpoint is not signed, or of another tree");
    }
  }

  /// Oldest first.
  private List<AuditEntry> since(Instant start) {
    List<AuditEntry> entries = new ArrayList<>();
    String page = "";
    do {
      ListAuditEntriesResponse response =
          audit.listAuditEntries(
              ListAuditEntriesRequest.newBuilder()
                  .setStartTime(FeatureRows.timestamp(start))
                  .setPageSize(500)
                  .setPageToken(page)
                  .build());
      entries.addAll(response.getEntriesList());
      page = response.getNextPageToken();
    } while (!page.isEmpty());
    return entries.reversed();
  }

  /// The verdict's effect on the release is the last change of the run, and not a person's.
  private static boolean reachTheRelease(List<AuditEntry> entries) {
    return entries.stream()
        .map(AuditEntry::getEvent)
        .anyMatch(
            event ->
                event.getResource().equals(FlightDelay.RELEASE)
                    && event.getMethod().startsWith("event/"));
  }

  /// `14:03:07 ada ModelService/PromoteModelVersion models/flight-delay/versions/2`
  private static String line(AuditEvent event) {
    Instant time = Instant.ofEpochSecond(event.getTime().getSeconds());
    return "%s  %-18s %-36s %s"
        .formatted(
            time.toString().substring(11, 19),
            event.getPrincipal(),
            method(event.getMethod()),
            brief(event.getResource()));
  }

  /// Without the package: `ModelService/CreateModel`; a change that an event caused stays
  /// `event/penstock.verdicts`.
  private static String method(String name) {
    int service = name.lastIndexOf('.', name.indexOf('/'));
    return service < 0 ? name : name.substring(service + 1);
  }

  private static String brief(String resource) {
    return resource.length() <= LONGEST_NAME
        ? resource
        : resource.substring(0, LONGEST_NAME - 1) + "…";
  }
}
