package io.penstock.kit.database;

import io.penstock.kit.failure.Failure;
import io.penstock.kit.failure.FieldViolation;
import io.penstock.kit.failure.KitFailure.InvalidFields;
import io.penstock.kit.failure.ThrownFailures;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Recognises a text that PostgreSQL cannot hold: it has the character NUL. UTF-8 and protobuf
/// allow it, and to look for it in every text of every request would cost all of them.
@Singleton
public final class UnstorableTexts implements ThrownFailures {

  // https://www.postgresql.org/docs/current/errcodes-appendix.html
  private static final Set<String> UNSTORABLE =
      Set.of(
          "22021", // character_not_in_repertoire
          "22P05"); // untranslatable_character: as an escape in JSON

  @Override
  public Optional<Failure> failureOf(Throwable thrown) {
    return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause)
        .filter(it -> it instanceof SQLException sql && isUnstorable(sql))
        .findFirst()
        .map(_ -> invalid());
  }

  private static boolean isUnstorable(SQLException sql) {
    return UNSTORABLE.contains(String.valueOf(sql.getSQLState()));
  }

  private static Failure invalid() {
    return new InvalidFields(
        List.of(
            new FieldViolation("request", "a text with the character NUL (expected: without)")));
  }
}
