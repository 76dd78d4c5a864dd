package io.penstock.monitoring.window;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/// A table of counts by version, window, variant and revision. What is counted is up to the table
/// that extends this one.
abstract sealed class WindowTable<C> permits QualityRepository, TrafficRepository {

  private final String table;
  private final String amount;

  /// @param amount the column that tells how much a row rests on
  WindowTable(String table, String amount) {
    this.table = table;
    this.amount = amount;
  }

  /// The statement that adds one row of counts to what is stored.
  abstract String addition();

  abstract void bind(PreparedBatch batch, C counts);

  abstract C read(ResultSet row) throws SQLException;

  abstract C nothing();

  /// Adds the second counts to the first and gives those.
  abstract C merge(C sum, C more);

  /// Adds counts, which may be negative where they correct others, to what is stored.
  public void add(Handle handle, SortedMap<TrafficKey, C> counts) {
    if (counts.isEmpty()) {
      return;
    }
    var batch = handle.prepareBatch(addition());
    counts.forEach(
        (key, count) -> {
          Rows.bind(batch, key);
          bind(batch, count);
          batch.add();
        });
    batch.execute();
  }

  /// The counts of a version whose windows touch the given stretch, window by window.
  public SortedMap<Window, C> byWindow(Handle handle, int versionId, Window range) {
    var windows = new TreeMap<Window, C>();
    handle
        .createQuery(
            """
            select * from %s
            where version_id = :version and window_start < :to and window_end > :from"""
                .formatted(table))
        .bind("version", versionId)
        .bind("from", range.start().atOffset(ZoneOffset.UTC))
        .bind("to", range.end().atOffset(ZoneOffset.UTC))
        .map((row, _) -> Map.entry(Rows.window(row), read(row)))
        .forEach(entry -> windows.merge(entry.getKey(), entry.getValue(), this::merge));
    return windows;
  }

  /// All that was counted for a version in one role since a revision.
  public C since(Handle handle, int versionId, Variant variant, long revision) {
    return handle
        .createQuery(
            """
            select * from %s
            where version_id = :version and variant = :variant and release_revision >= :revision"""
                .formatted(table))
        .bind("version", versionId)
        .bind("variant", variant.code())
        .bind("revision", revision)
        .map((row, _) -> read(row))
        .reduce(nothing(), this::merge);
  }

  /// The counts of a version in one role since a revision, window by window.
  public SortedMap<Window, C> byWindowSince(
      Handle handle, int versionId, Variant variant, long revision) {
    var windows = new TreeMap<Window, C>();
    handle
        .createQuery(
            """
            select * from %s
            where version_id = :version and variant = :variant and release_revision >= :revision"""
                .formatted(table))
        .bind("version", versionId)
        .bind("variant", variant.code())
        .bind("revision", revision)
        .map((row, _) -> Map.entry(Rows.window(row), read(row)))
        .forEach(entry -> windows.merge(entry.getKey(), entry.getValue(), this::merge));
    return windows;
  }

  /// The newest window with enough in it to say something.
  public Optional<Window> latest(Handle handle, int versionId, long least) {
    return handle
        .createQuery(
            """
            select window_start, window_end from %s where version_id = :version
            group by window_start, window_end having sum(%s) >= :least
            order by window_start desc limit 1"""
                .formatted(table, amount))
        .bind("version", versionId)
        .bind("least", least)
        .map((row, _) -> Rows.window(row))
        .findOne();
  }
}
