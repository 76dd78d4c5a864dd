package io.penstock.governance.audit;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.penstock.governance.WireTime;
import io.penstock.governance.log.LogView;
import io.penstock.governance.tree.Hash;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.kit.page.Page;
import io.penstock.proto.event.v1.AuditEvent;
import io.penstock.proto.governance.v1.AuditEntry;
import io.penstock.proto.governance.v1.Checkpoint;
import io.penstock.proto.governance.v1.ConsistencyProof;
import io.penstock.proto.governance.v1.InclusionProof;
import io.penstock.proto.governance.v1.ListAuditEntriesRequest;
import io.penstock.proto.governance.v1.ListAuditEntriesResponse;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Audit messages and what they mean inside.
final class AuditProtos {

  private static final Pattern NAME = Pattern.compile("auditEntries/(0|[1-9][0-9]{0,17})");

  private AuditProtos() {}

  /// The leaf index in a name.
  static long index(String name) {
    var match = NAME.matcher(name);
    if (!match.matches()) {
      throw InvalidArguments.of("name", "was '%s', expected auditEntries/<number>".formatted(name));
    }
    return Long.parseLong(match.group(1));
  }

  static AuditFilter filter(ListAuditEntriesRequest request) {
    var filter =
        new AuditFilter(
            request.getPrincipal(),
            withoutSlash(request.getResource()),
            request.getMethod(),
            request.getTraceId(),
            request.hasStartTime()
                ? Optional.of(WireTime.fromProto("start_time", request.getStartTime()))
                : Optional.empty(),
            request.hasEndTime()
                ? Optional.of(WireTime.fromProto("end_time", request.getEndTime()))
                : Optional.empty());
    requireText(filter);
    return filter;
  }

  static ListAuditEntriesResponse toProto(Page<io.penstock.governance.audit.AuditEntry> page) {
    var response = ListAuditEntriesResponse.newBuilder().setNextPageToken(page.nextToken());
    page.rows().forEach(entry -> response.addEntries(toProto(entry)));
    return response.build();
  }

  static AuditEntry toProto(io.penstock.governance.audit.AuditEntry entry) {
    return AuditEntry.newBuilder()
        .setName(entry.name())
        .setLeafIndex(entry.index())
        .setEvent(event(entry))
        .setLeafData(ByteString.copyFrom(entry.data()))
        .setLeafHash(bytes(entry.hash()))
        .setAppendTime(WireTime.toProto(entry.appendTime()))
        .build();
  }

  private static AuditEvent event(io.penstock.governance.audit.AuditEntry entry) {
    try {
      return AuditEvent.parseFrom(entry.data());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(entry.name() + " is in the log but is no AuditEvent", e);
    }
  }

  static Checkpoint checkpoint(LogView view, byte[] publicKey) {
    var checkpoint = view.checkpoint();
    return Checkpoint.newBuilder()
        .setNote(checkpoint.note())
        .setOrigin(checkpoint.origin())
        .setTreeSize(checkpoint.size())
        .setRootHash(bytes(checkpoint.root()))
        .setPublicKey(ByteString.copyFrom(publicKey))
        .build();
  }

  static InclusionProof toProto(AuditTrail.Inclusion proof, byte[] publicKey) {
    var view = proof.view();
    var message =
        InclusionProof.newBuilder()
            .setLeafIndex(proof.index())
            .setTreeSize(proof.size())
            .addAllHashes(bytes(view.inclusion(proof.index(), proof.size())))
            .setLeafHash(bytes(view.leafHash(proof.index())))
            .setRootHash(bytes(view.root(proof.size())));
    if (proof.size() == view.size()) {
      message.setCheckpoint(checkpoint(view, publicKey));
    }
    return message.build();
  }

  static ConsistencyProof toProto(AuditTrail.Consistency proof) {
    var view = proof.view();
    return ConsistencyProof.newBuilder()
        .setFirstSize(proof.first())
        .setSecondSize(proof.second())
        .addAllHashes(bytes(view.consistency(proof.first(), proof.second())))
        .setFirstRoot(bytes(view.root(proof.first())))
        .setSecondRoot(bytes(view.root(proof.second())))
        .build();
  }

  private static void requireText(AuditFilter filter) {
    new InvalidArguments()
        .addIf(hasNul(filter.principal()), "principal", "holds a NUL character")
        .addIf(hasNul(filter.resource()), "resource", "holds a NUL character")
        .addIf(hasNul(filter.method()), "method", "holds a NUL character")
        .addIf(hasNul(filter.traceId()), "trace_id", "holds a NUL character")
        .throwIfAny();
  }

  private static boolean hasNul(String text) {
    return text.indexOf('\0') >= 0;
  }

  private static String withoutSlash(String resource) {
    return resource.endsWith("/") ? resource.substring(0, resource.length() - 1) : resource;
  }

  private static ByteString bytes(Hash hash) {
    return ByteString.copyFrom(hash.bytes());
  }

  private static List<ByteString> bytes(List<Hash> hashes) {
    return hashes.stream().map(AuditProtos::bytes).toList();
  }
}
