package io.penstock.governance.audit;

import io.penstock.governance.log.MerkleLog;
import io.penstock.governance.tree.Hash;
import io.penstock.kit.events.StoredEvent;
import java.util.UUID;

/// An event as it came from the event log: one that can become an entry, or one that never will.
sealed interface ReceivedEvent {

  /// Fit to be an entry; its payload goes into the log byte by byte.
  record Fit(StoredEvent stored, AuditedChange change, Hash hash) implements ReceivedEvent {
    UUID id() {
      return change.eventId();
    }

    byte[] payload() {
      return stored.event().payload();
    }
  }

  /// Unfit; the reason completes "it …".
  record Unfit(StoredEvent stored, String reason) implements ReceivedEvent {}

  static ReceivedEvent of(StoredEvent stored) {
    byte[] payload = stored.event().payload();
    if (payload.length > MerkleLog.MAX_ENTRY) {
      return new Unfit(
          stored,
          "holds %d bytes, expected at most %d".formatted(payload.length, MerkleLog.MAX_ENTRY));
    }
    try {
      return new Fit(stored, AuditEvents.read(payload), Hash.leaf(payload));
    } catch (AuditEvents.Unreadable e) {
      return new Unfit(stored, String.valueOf(e.getMessage()));
    }
  }
}
