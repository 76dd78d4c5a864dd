package io.penstock.registry.search.run;

import io.penstock.registry.metric.SettledMetrics;
import io.penstock.registry.search.filter.Field;
import io.penstock.registry.search.filter.Filter;
import io.penstock.registry.search.filter.Filter.And;
import io.penstock.registry.search.filter.Filter.Comparison;
import io.penstock.registry.search.filter.Filter.Not;
import io.penstock.registry.search.filter.Filter.Or;
import io.penstock.registry.search.filter.Operand;
import io.penstock.registry.search.filter.Operator;
import io.penstock.registry.search.filter.Order;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Random runs, in the database and in memory: what searches should find is told from memory, the
/// slow and obvious way.
final class SearchedRuns {

  static final List<String> KEYS = List.of("k", "a b", "mlflow.x", "never");

  private static final List<Double> METRICS =
      List.of(
          -1.0,
          0.0,
          0.5,
          2.5,
          Double.NaN,
          Double.POSITIVE_INFINITY,
          Double.NEGATIVE_INFINITY,
          Double.MAX_VALUE);
  private static final List<String> TEXTS = List.of("a", "A", "ab", "AB", "b", "a\\b", "", "%");

  /// A run as a search sees it.
  record Seen(
      String id,
      String name,
      String user,
      long start,
      @Nullable Long end,
      Map<String, Double> metrics,
      Map<String, String> params,
      Map<String, String> tags) {}

  private final Random random;
  private final List<Seen> runs = new ArrayList<>();

  SearchedRuns(Random random, int count) {
    this.random = random;
    for (int i = 0; i < count; i++) {
      runs.add(
          new Seen(
              "run" + i,
              one(random, TEXTS),
              one(random, TEXTS),
              random.nextInt(4),
              random.nextBoolean() ? null : (long) random.nextInt(3),
              some(random, METRICS),
              some(random, TEXTS),
              some(random, TEXTS)));
    }
  }

  private static <T> T one(Random random, List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private static <T> Map<String, T> some(Random random, List<T> choices) {
    var values = new HashMap<String, T>();
    for (var key : KEYS.subList(0, KEYS.size() - 1)) {
      if (random.nextInt(3) > 0) {
        values.put(key, one(random, choices));
      }
    }
    return values;
  }

  void insert(Handle handle) {
    handle.execute(
        """
        insert into experiment (id, name, description, tags, artifact_location, create_ms, update_ms, created_by)
        values ('e', 'e', '', '{}', '', 0, 0, 'test')""");
    for (var key : KEYS) {
      handle.execute("insert into metric_key (key) values (?)", key);
    }
    runs.forEach(run -> insert(handle, run));
  }

  private void insert(Handle handle, Seen run) {
    long id =
        handle
            .createQuery(
                """
                insert into run (experiment, run_id, display_name, status, user_id, start_ms, end_ms, artifact_uri, created_by)
                values ('e', :id, :name, 'FINISHED', :user, :start, :end, '', 'test') returning id""")
            .bind("id", run.id())
            .bind("name", run.name())
            .bind("user", run.user())
            .bind("start", run.start())
            .bind("end", run.end())
            .mapTo(long.class)
            .one();
    run.metrics()
        .forEach(
            (key, value) ->
                handle.execute(
                    "insert into run_metric select ?, id, 0, 0, ? from metric_key where key = ?",
                    id,
                    value,
                    key));
    if (random.nextBoolean()) {
      SettledMetrics.settle(handle, id);
    }
    run.params()
        .forEach(
            (key, value) ->
                handle.execute("insert into run_param values (?, ?, ?)", id, key, value));
    run.tags()
        .forEach(
            (key, value) -> handle.execute("insert into run_tag values (?, ?, ?)", id, key, value));
  }

  /// The ids of the runs that meet the filter, in this order.
  List<String> find(Filter filter, List<Order> orders) {
    Comparator<Seen> comparator = (_, _) -> 0;
    for (var order : orders) {
      comparator = comparator.thenComparing(comparator(order));
    }
    return runs.stream()
        .filter(run -> meets(run, filter))
        .sorted(
            comparator
                .thenComparing(Comparator.comparing(Seen::start).reversed())
                .thenComparing(Seen::id))
        .map(Seen::id)
        .toList();
  }

  private static Comparator<Seen> comparator(Order order) {
    Comparator<Seen> last = Comparator.comparing(run -> rank(value(run, order.field())));
    Comparator<Seen> values = (a, b) -> compare(value(a, order.field()), value(b, order.field()));
    return last.thenComparing(order.ascending() ? values : values.reversed());
  }

  private static int rank(@Nullable Object value) {
    if (value == null) {
      return 2;
    }
    return value instanceof Double number && number.isNaN() ? 1 : 0;
  }

  private static int compare(@Nullable Object a, @Nullable Object b) {
    if (rank(a) > 0 || rank(b) > 0) {
      return 0;
    }
    return a instanceof String text
        ? text.compareTo((String) b)
        : Double.compare(number(a), number(b));
  }

  private static double number(@Nullable Object value) {
    return ((Number) Objects.requireNonNull(value)).doubleValue();
  }

  private static @Nullable Object value(Seen run, Field field) {
    return switch (field.kind()) {
      case METRIC -> run.metrics().get(field.key());
      case PARAMETER -> run.params().get(field.key());
      case TAG -> run.tags().get(field.key());
      case DATASET -> null;
      case ATTRIBUTE ->
          switch (field.key()) {
            case "run_id" -> run.id();
            case "run_name" -> run.name();
            case "user_id" -> run.user();
            case "start_time" -> run.start();
            default -> run.end();
          };
    };
  }

  private static boolean meets(Seen run, Filter filter) {
    return switch (filter) {
      case And(var parts) -> parts.stream().allMatch(part -> meets(run, part));
      case Or(var parts) -> parts.stream().anyMatch(part -> meets(run, part));
      case Not(var part) -> !meets(run, part);
      case Comparison(var field, var operator, var operand) ->
          meets(value(run, field), operator, operand);
    };
  }

  private static boolean meets(@Nullable Object value, Operator operator, Operand operand) {
    if (value == null) {
      return operator == Operator.IS_NULL;
    }
    return switch (operand) {
      case Operand.Absence _ -> operator == Operator.IS_NOT_NULL;
      case Operand.Number number ->
          ofNumber(((Number) value).doubleValue(), operator, number.decimal());
      case Operand.Text(var text) -> ofText((String) value, operator, text);
      case Operand.Texts(var texts) -> texts.contains(value) == (operator == Operator.IN);
    };
  }

  // What Java's own operators say of NaN is what everybody's do.
  private static boolean ofNumber(double value, Operator operator, double other) {
    return switch (operator) {
      case EQUAL -> value == other;
      case NOT_EQUAL -> value != other;
      case LESS -> value < other;
      case AT_MOST -> value <= other;
      case GREATER -> value > other;
      case AT_LEAST -> value >= other;
      default -> throw new IllegalArgumentException(operator.symbol());
    };
  }

  private static boolean ofText(String value, Operator operator, String other) {
    return switch (operator) {
      case EQUAL -> value.equals(other);
      case NOT_EQUAL -> !value.equals(other);
      case LIKE -> pattern(other, 0).matcher(value).matches();
      case ILIKE -> pattern(other, Pattern.CASE_INSENSITIVE).matcher(value).matches();
      default -> throw new IllegalArgumentException(operator.symbol());
    };
  }

  private static Pattern pattern(String like, int flags) {
    var regex = new StringBuilder();
    for (char sign : like.toCharArray()) {
      switch (sign) {
        case '%' -> regex.append(".*");
        case '_' -> regex.append('.');
        default -> regex.append(Pattern.quote(String.valueOf(sign)));
      }
    }
    return Pattern.compile(regex.toString(), flags | Pattern.DOTALL);
  }
}
