package io.penstock.registry.search.statement;

import io.penstock.registry.MlflowFailure;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/// A statement in the making: its text, and beside it the values, which never become text.
public final class Sql {

  private sealed interface Value {
    record Scalar(Object value) implements Value {}

    record Texts(List<String> values) implements Value {}
  }

  private static final Pattern PLANNED_ROWS = Pattern.compile("rows=(\\d+)");

  private final StringBuilder text = new StringBuilder();
  private final List<Value> values = new ArrayList<>();

  /// Text of ours.
  public Sql add(String part) {
    text.append(part);
    return this;
  }

  /// Puts text of ours around what is there.
  Sql around(String before, String after) {
    text.insert(0, before).append(after);
    return this;
  }

  /// The place of a value in the text.
  public String bind(long value) {
    return place(new Value.Scalar(value));
  }

  public String bind(double value) {
    return place(new Value.Scalar(value)) + "::double precision";
  }

  public String bind(String value) {
    return place(new Value.Scalar(storable(value)));
  }

  String bind(Instant value) {
    return place(new Value.Scalar(value));
  }

  public String bind(List<String> values) {
    values.forEach(Sql::storable);
    return place(new Value.Texts(values));
  }

  private static String storable(String value) {
    if (value.indexOf('\0') >= 0) {
      throw MlflowFailure.invalid("Invalid search: it holds the character NUL, which no text has");
    }
    return value;
  }

  private String place(Value value) {
    values.add(value);
    return ":v" + (values.size() - 1);
  }

  /// The first value that each of several queries gives; they are separated by semicolons, and go
  /// to the database together.
  public List<String> firsts(Handle handle) {
    return query(handle)
        .execute(
            (statements, context) -> {
              try (context) {
                return firsts(statements.get());
              }
            });
  }

  private static List<String> firsts(PreparedStatement executed) throws SQLException {
    var firsts = new ArrayList<String>();
    do {
      try (var rows = executed.getResultSet()) {
        rows.next();
        firsts.add(rows.getString(1));
      }
    } while (executed.getMoreResults());
    return firsts;
  }

  /// How many rows the planner expects.
  ///
  /// @param explained the first line of what EXPLAIN says of a query
  public static long plannedRows(String explained) {
    var plan = PLANNED_ROWS.matcher(explained);
    return plan.find() ? Long.parseLong(plan.group(1)) : Long.MAX_VALUE;
  }

  /// The query. Its plan is made for these very values: which index leads fastest to a thousand
  /// runs depends on them, so the driver must not keep it for others.
  public Query query(Handle handle) {
    var query = handle.createQuery(text.toString());
    for (int i = 0; i < values.size(); i++) {
      switch (values.get(i)) {
        case Value.Scalar(var value) -> query.bind("v" + i, value);
        case Value.Texts(var texts) -> query.bindArray("v" + i, String.class, texts);
      }
    }
    return query.addCustomizer(new FreshPlan());
  }
}
