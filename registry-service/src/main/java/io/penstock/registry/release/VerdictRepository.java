package io.penstock.registry.release;

import java.time.Instant;
import org.jdbi.v3.core.Handle;

/// The verdicts that were dealt with.
final class VerdictRepository {

  private VerdictRepository() {}

  /// Remembers a verdict; false where it is known already.
  static boolean take(Handle handle, String id, String model, String outcome, Instant time) {
    return handle
            .createUpdate(
                """
                insert into canary_verdict (verdict_id, model, outcome, time)
                values (:id, :model, :outcome, :time)
                on conflict do nothing""")
            .bind("id", id)
            .bind("model", model)
            .bind("outcome", outcome)
            .bind("time", time)
            .execute()
        == 1;
  }
}
