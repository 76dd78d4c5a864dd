package io.penstock.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// Runs and models by the million, put into the registry's database directly.
final class SearchedRows {

  private static final String NAMED = "-- ";

  private SearchedRows() {}

  /// Puts them there where they are not, and says what it does.
  static void fill(String url, int rows) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        var statement = connection.createStatement()) {
      if (isFilled(statement)) {
        return;
      }
      long start = System.nanoTime();
      for (String sql : statements(rows)) {
        statement.execute(sql);
        name(sql).forEach(name -> System.out.printf("%6.1f s %s%n", seconds(start), name));
      }
    }
  }

  private static boolean isFilled(Statement statement) throws SQLException {
    try (var found = statement.executeQuery("select from experiment where id = 'million'")) {
      return found.next();
    }
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static List<String> statements(int rows) {
    try (var script = SearchedRows.class.getResourceAsStream("registry-search.sql")) {
      var text = new String(Objects.requireNonNull(script).readAllBytes(), UTF_8);
      return Stream.of(text.replace(":rows", String.valueOf(rows)).split(";\n"))
          .filter(sql -> !sql.isBlank())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // What takes its time begins with its name alone.
  private static Stream<String> name(String sql) {
    var lines = sql.strip().lines().toList();
    return lines.getFirst().startsWith(NAMED) && !lines.getFirst().endsWith(".")
        ? Stream.of(lines.getFirst().substring(NAMED.length()))
        : Stream.empty();
  }
}
