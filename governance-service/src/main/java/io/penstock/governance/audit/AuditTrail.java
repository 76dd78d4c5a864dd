package io.penstock.governance.audit;

import io.penstock.governance.GovernanceFailure.AuditEntryAltered;
import io.penstock.governance.GovernanceFailure.AuditEntryUnknown;
import io.penstock.governance.audit.AuditIndex.Place;
import io.penstock.governance.log.LogView;
import io.penstock.governance.log.MerkleLog;
import io.penstock.governance.tree.Hash;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.kit.failure.KitFailure.DependencyUnavailable;
import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageKey;
import io.penstock.kit.page.PageRequest;
import jakarta.inject.Singleton;
import java.util.List;

/// What readers see of the audit log: entries that are checked against the tree, and proofs.
@Singleton
final class AuditTrail {

  /// A proof that an entry is in the tree of a size.
  ///
  /// @param view the log that the proof was made from
  record Inclusion(long index, long size, LogView view) {}

  /// A proof that the first tree is a prefix of the second.
  record Consistency(long first, long second, LogView view) {}

  private final MerkleLog log;
  private final AuditIndex index;

  AuditTrail(MerkleLog log, AuditIndex index) {
    this.log = log;
    this.index = index;
  }

  LogView view() {
    return log.view()
        .orElseThrow(
            () ->
                new FailureException(
                    new DependencyUnavailable("the audit log", "it is being recovered")));
  }

  /// Newest first.
  Page<AuditEntry> list(AuditFilter filter, PageRequest page) {
    long before = page.after(Long.MAX_VALUE, PageKey::number);
    List<Place> places = index.newest(filter, before, page.fetchSize());
    LogView view = view();
    return page.page(places, place -> List.of(place.index())).map(place -> entry(view, place));
  }

  AuditEntry entry(long leaf) {
    LogView view = view();
    requireEntry(leaf, view.size());
    // Between the append and its row an entry is not there yet; the row is a moment away.
    Place place = index.place(leaf).orElseThrow(() -> unknown(leaf, view.size()));
    return entry(view, place);
  }

  /// @param size zero for the latest
  Inclusion inclusion(long leaf, long size) {
    LogView view = view();
    requireEntry(leaf, view.size());
    long proven = size == 0 ? view.size() : size;
    if (proven <= leaf || proven > view.size()) {
      throw InvalidArguments.of(
          "tree_size",
          "was %d, expected 0 or %d to %d: above the entry, at most the log's size"
              .formatted(size, leaf + 1, view.size()));
    }
    return new Inclusion(leaf, proven, view);
  }

  /// @param second zero for the latest
  Consistency consistency(long first, long second) {
    LogView view = view();
    long later = second == 0 ? view.size() : second;
    new InvalidArguments()
        .addIf(
            later < 0 || later > view.size(),
            "second_size",
            "was %d, expected 0 to %d, the log's size".formatted(second, view.size()))
        .addIf(
            first < 0 || first > later,
            "first_size",
            "was %d, expected 0 to %d, the second size".formatted(first, later))
        .throwIfAny();
    return new Consistency(first, later, view);
  }

  private static AuditEntry entry(LogView view, Place place) {
    byte[] data = view.entry(place.index());
    Hash found = Hash.leaf(data);
    Hash expected = view.leafHash(place.index());
    String name = AuditEntry.name(place.index());
    if (!found.equals(expected)) {
      throw new FailureException(
          new AuditEntryAltered(name, expected.toString(), found.toString()));
    }
    return new AuditEntry(place.index(), data, found, place.appendTime());
  }

  private static void requireEntry(long leaf, long size) {
    if (leaf >= size) {
      throw unknown(leaf, size);
    }
  }

  private static FailureException unknown(long leaf, long size) {
    return new FailureException(new AuditEntryUnknown(AuditEntry.name(leaf), size));
  }
}
