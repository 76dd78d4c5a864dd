package io.penstock.monitoring.canary;

import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageKey;
import io.penstock.kit.page.PageRequest;
import jakarta.inject.Singleton;
import java.time.ZoneOffset;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// The table of verdicts.
@Singleton
final class VerdictRepository {

  /// A stored verdict.
  record Stored(long sequence, byte[] event) {}

  private final Jdbi jdbi;

  VerdictRepository(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /// Stores a verdict; false where there is one on this revision already.
  boolean append(Handle handle, Verdict verdict, byte[] event) {
    return handle
            .createUpdate(
                """
                insert into canary_verdict (verdict_id, model, release_revision, event, created_at)
                values (:id, :model, :revision, :event, :time) on conflict do nothing""")
            .bind("id", verdict.id())
            .bind("model", verdict.canary().model())
            .bind("revision", verdict.canary().revision())
            .bind("event", event)
            .bind("time", verdict.time().atOffset(ZoneOffset.UTC))
            .execute()
        == 1;
  }

  /// Verdicts, newest first, on one model or on all.
  Page<Stored> list(String model, PageRequest page) {
    var rows =
        jdbi.withHandle(
            handle ->
                handle
                    .createQuery(
                        """
                        select sequence, event from canary_verdict
                        where (:model = '' or model = :model) and sequence < :before
                        order by sequence desc limit :limit""")
                    .bind("model", model)
                    .bind("before", page.after(Long.MAX_VALUE, PageKey::number))
                    .bind("limit", page.fetchSize())
                    .map((row, _) -> new Stored(row.getLong("sequence"), row.getBytes("event")))
                    .list());
    return page.page(rows, row -> List.of(row.sequence()));
  }
}
