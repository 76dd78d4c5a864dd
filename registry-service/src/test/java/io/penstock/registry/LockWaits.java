package io.penstock.registry;

import io.penstock.testkit.Eventually;
import java.time.Duration;
import org.jdbi.v3.core.Handle;

/// Who waits for a test's own transaction.
public final class LockWaits {

  private LockWaits() {}

  /// Returns once another transaction waits for a lock that this one holds.
  public static void await(Handle holder) throws InterruptedException {
    Eventually.become(Duration.ofSeconds(10), () -> hasWaiter(holder));
  }

  private static boolean hasWaiter(Handle holder) {
    return holder
        .select(
            "select exists (select from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid)))")
        .mapTo(boolean.class)
        .one();
  }
}
