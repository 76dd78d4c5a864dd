package io.penstock.registry.release;

import io.penstock.proto.event.v1.CanaryVerdict;
import java.time.Instant;
import org.jdbi.v3.core.Handle;

/// The verdicts that were dealt with.
final class VerdictRepository {

  private VerdictRepository() {}

  /// Remembers a verdict; false where it is known already.
  static boolean take(Handle handle, CanaryVerdict verdict, Instant time) {
    return handle
            .createUpdate(
                """
                insert into canary_verdict (verdict_id, model, outcome, time)
                values (:id, :model, :outcome, :time)
                on conflict do nothing""")
            .bind("id", verdict.getVerdictId())
            .bind("model", verdict.getModel())
            .bind("outcome", verdict.getOutcome().name())
            .bind("time", time)
            .execute()
        == 1;
  }
}
