package io.penstock.feature.history;

import static io.penstock.feature.FeatureClient.feature;
import static io.penstock.feature.FeatureClient.number;
import static io.penstock.feature.FeatureClient.query;
import static io.penstock.feature.FeatureClient.time;
import static io.penstock.proto.feature.v1.ValueType.VALUE_TYPE_DOUBLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.feature.FeatureClient;
import io.penstock.proto.feature.v1.FeatureColumnValues;
import io.penstock.proto.feature.v1.FeatureQuery;
import io.penstock.proto.feature.v1.FeatureRow;
import io.penstock.proto.feature.v1.GetOnlineFeaturesRequest;
import io.penstock.testkit.FakeClock;
import io.penstock.testkit.ServiceExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which row wins, online and as of a time, against an oracle that keeps all rows in a list and
/// looks at every one of them.
class PrecedenceIT {

  private static final long START = 1_000_000;
  private static final List<String> KEYS = List.of("k0", "k1", "k2", "k3");
  private static final FakeClock clock = FakeClock.at(Instant.ofEpochSecond(START));

  @RegisterExtension
  static final ServiceExtension features = ServiceExtension.of("feature").withBean(clock);

  static FeatureClient client;

  @BeforeAll
  static void connect() {
    client = new FeatureClient(features.channel("ada", "data-scientist"));
  }

  /// A row as the oracle keeps it; the sequence is its place in the list.
  private record Row(String key, long event, long known, double value) {}

  private static final class Oracle {

    private final List<Row> rows = new ArrayList<>();

    /// Rows that come with a known time count first; of those without, that speak of the same key
    /// and event time, only the last, and only if it says something new.
    void ingest(List<FeatureRow> message, long now) {
      message.stream().filter(FeatureRow::hasKnownTime).forEach(this::ingestGiven);
      Map<Row, Row> lastOfFact = new HashMap<>();
      message.stream()
          .filter(sent -> !sent.hasKnownTime())
          .map(sent -> row(sent, now))
          .forEach(row -> lastOfFact.put(new Row(row.key(), row.event(), 0, 0), row));
      lastOfFact.values().forEach(this::ingestStamped);
    }

    private void ingestGiven(FeatureRow sent) {
      Row row = row(sent, sent.getKnownTime().getSeconds());
      if (!rows.contains(row)) {
        rows.add(row);
      }
    }

    private void ingestStamped(Row row) {
      Optional<Row> inForce = winner(other -> sameFact(row, other) && other.known() <= row.known());
      if (inForce.isEmpty() || inForce.get().value() != row.value()) {
        rows.add(row);
      }
    }

    private static Row row(FeatureRow sent, long known) {
      double value = sent.getValuesOrThrow("x").getDoubleValue();
      return new Row(sent.getEntityKey(), sent.getEventTime().getSeconds(), known, value);
    }

    private static boolean sameFact(Row one, Row other) {
      return one.key().equals(other.key()) && one.event() == other.event();
    }

    double online(String key) {
      return value(winner(row -> row.key().equals(key)));
    }

    double onlineAsOf(String key, long time) {
      return value(winner(row -> row.key().equals(key) && row.event() <= time));
    }

    double history(String key, long time) {
      return value(
          winner(row -> row.key().equals(key) && row.event() <= time && row.known() <= time));
    }

    private static double value(Optional<Row> row) {
      return row.map(Row::value).orElse(Double.NaN);
    }

    // The last of equal rows: max keeps the first of ties, so the list is read backwards.
    private Optional<Row> winner(Predicate<Row> eligible) {
      return rows.reversed().stream()
          .filter(eligible)
          .reduce((best, row) -> BY_TIMES.compare(row, best) > 0 ? row : best);
    }

    private static final Comparator<Row> BY_TIMES =
        Comparator.comparingLong(Row::event).thenComparingLong(Row::known);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyAnswer_isTheOracles(long seed) throws Exception {
    var random = new Random(seed);
    var oracle = new Oracle();
    String view = client.createView(feature("x", VALUE_TYPE_DOUBLE));
    List<List<FeatureRow>> messages = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      clock.advance(Duration.ofSeconds(random.nextInt(2)));
      List<FeatureRow> message = nextMessage(random, messages);
      client.push(view, message.toArray(FeatureRow[]::new));
      oracle.ingest(message, now());
      messages.add(message);
      assertOnline(view, oracle, "seed " + seed + " message " + i);
    }
    assertHistory(view, oracle, random, "seed " + seed);
  }

  // Few keys, times and values, so that ties, corrections and repeats are common; one message in
  // four was sent before.
  private static List<FeatureRow> nextMessage(Random random, List<List<FeatureRow>> sent) {
    if (!sent.isEmpty() && random.nextInt(4) == 0) {
      return sent.get(random.nextInt(sent.size()));
    }
    List<FeatureRow> message = new ArrayList<>();
    for (int i = random.nextInt(12); i >= 0; i--) {
      message.add(nextRow(random));
    }
    return message;
  }

  private static FeatureRow nextRow(Random random) {
    var row =
        FeatureRow.newBuilder()
            .setEntityKey("k" + random.nextInt(3))
            .setEventTime(time(now() - random.nextInt(3)))
            .putValues("x", number(random.nextInt(2)));
    if (random.nextInt(3) > 0) {
      row.setKnownTime(time(now() - random.nextInt(4)));
    }
    return row.build();
  }

  private static long now() {
    return clock.instant().getEpochSecond();
  }

  private static void assertOnline(String view, Oracle oracle, String where) {
    FeatureQuery query = query(view, KEYS.toArray(String[]::new));

    assertThat(client.online(query).getColumns(0).getNumbersList())
        .as(where)
        .isEqualTo(KEYS.stream().map(oracle::online).toList());
    long past = now() - 3;
    assertThat(onlineAsOf(query, past))
        .as(where + " as of " + past)
        .isEqualTo(KEYS.stream().map(key -> oracle.onlineAsOf(key, past)).toList());
  }

  private static List<Double> onlineAsOf(FeatureQuery query, long seconds) {
    var request =
        GetOnlineFeaturesRequest.newBuilder().addQueries(query).setAsOf(time(seconds)).build();
    return client.serving().getOnlineFeatures(request).getColumns(0).getNumbersList();
  }

  private static void assertHistory(String view, Oracle oracle, Random random, String where)
      throws Exception {
    List<String> keys = new ArrayList<>();
    List<Long> times = new ArrayList<>();
    for (long time = START - 10; time < now() + 10; time++) {
      for (int key = 0; key < 5; key++) {
        keys.add("k" + key);
        times.add(time);
      }
    }
    Collections.shuffle(keys, new Random(random.nextLong()));
    FeatureColumnValues column = client.history(view, keys, times).getColumns(0);

    List<Double> expected = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      expected.add(oracle.history(keys.get(i), times.get(i)));
    }
    assertThat(column.getNumbersList()).as(where).isEqualTo(expected);
  }
}
