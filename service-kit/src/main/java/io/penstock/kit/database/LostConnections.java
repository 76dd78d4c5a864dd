package io.penstock.kit.database;

import io.penstock.kit.failure.Failure;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.KitFailure;
import io.penstock.kit.failure.ThrownFailures;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

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

  /// The lost connection behind an exception, if that is what it is: the innermost, because the
  /// pool's own message only says that it timed out, and the driver's beneath it says why.
  public static Optional<SQLException> find(Throwable thrown) {
    return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause)
        .filter(SQLException.class::isInstance)
        .map(SQLException.class::cast)
        .filter(LostConnections::isLost)
        .reduce((_, inner) -> inner);
  }

  /// The failure to throw for a lost connection to the named dependency.
  public static FailureException exception(String dependency, SQLException lost) {
    return new FailureException(unavailable(dependency, lost), lost);
  }

  // Where the database is and what it said is for our log, not for the caller.
  private static KitFailure unavailable(String dependency, SQLException lost) {
    return new KitFailure.DependencyUnavailable(dependency, reason(lost));
  }

  private static String reason(SQLException lost) {
    return switch (String.valueOf(lost.getSQLState())) {
      case "53300" -> "it has too many connections";
      case "57014" -> "a statement took too long";
      default -> "no connection, or it broke";
    };
  }

  private static boolean isLost(SQLException sql) {
    String state = sql.getSQLState();
    return sql instanceof SQLTransientConnectionException
        || sql instanceof SQLRecoverableException
        || (state != null && (state.startsWith("08") || AWAY.contains(state)));
  }
}
