package io.penstock.kit.database;

import io.penstock.kit.failure.Failure;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.KitFailure;
import io.penstock.kit.failure.ThrownFailures;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;
import java.util.Set;

/// Tells a database that is away from a statement that is wrong: the first passes by itself, the
/// second is a bug.
@Singleton
public final class LostConnections implements ThrownFailures {

  // https://www.postgresql.org/docs/current/errcodes-appendix.html
  private static final Set<String> AWAY =
      Set.of(
          "53300", // too_many_connections
          "57014", // query_canceled: the statement timeout
          "57P01", // admin_shutdown
          "57P02", // crash_shutdown
          "57P03"); // cannot_connect_now: starting up

  @Override
  public Optional<Failure> failureOf(Throwable thrown) {
    return find(thrown).map(lost -> unavailable("database", lost));
  }

  /// The lost connection behind an exception, if that is what it is.
  public static Optional<SQLException> find(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && isLost(sql)) {
        return Optional.of(sql);
      }
    }
    return Optional.empty();
  }

  /// The failure to throw for a lost connection to the named dependency.
  public static FailureException exception(String dependency, SQLException lost) {
    return new FailureException(unavailable(dependency, lost), lost);
  }

  private static KitFailure unavailable(String dependency, SQLException lost) {
    return new KitFailure.DependencyUnavailable(dependency, rootMessage(lost));
  }

  private static boolean isLost(SQLException sql) {
    String state = sql.getSQLState();
    return sql instanceof SQLTransientConnectionException
        || sql instanceof SQLRecoverableException
        || (state != null && (state.startsWith("08") || AWAY.contains(state)));
  }

  // The pool's own message is only that it timed out; the driver's beneath it says why.
  private static String rootMessage(SQLException lost) {
    Throwable root = lost;
    while (root.getCause() instanceof SQLException deeper) {
      root = deeper;
    }
    return String.valueOf(root.getMessage());
  }
}
