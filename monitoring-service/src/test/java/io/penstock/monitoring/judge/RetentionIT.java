package io.penstock.monitoring.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.monitoring.MonitoringConfig;
import io.penstock.testkit.FakeClock;
import io.penstock.testkit.PostgresExtension;
import java.time.Duration;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RetentionIT {

  @RegisterExtension static final PostgresExtension postgres = PostgresExtension.shared();

  private final Jdbi jdbi = postgres.open("monitoring").jdbi();
  private final FakeClock clock = FakeClock.create();
  private final Retention retention =
      new Retention(
          jdbi,
          new MonitoringConfig(
              Duration.ofHours(1),
              Duration.ZERO,
              Duration.ofMinutes(5),
              Duration.ofSeconds(1),
              Duration.ofDays(10),
              Duration.ofDays(100),
              0,
              null),
          clock);

  @Test
  void round_forgetsWhatIsTooOldAndNothingElse() {
    prediction(9);
    prediction(11);
    window(99);
    window(101);

    retention.round();

    assertThat(rows("prediction")).isEqualTo(1);
    assertThat(rows("label")).isEqualTo(1);
    assertThat(rows("traffic_window")).isEqualTo(1);
    assertThat(rows("drift_window")).isEqualTo(1);
  }

  @Test
  void round_ofMoreThanOnePortion_forgetsAll() {
    jdbi.useHandle(
        handle ->
            handle.execute(
                """
                insert into prediction
                select gen_random_uuid(), 1, '2000-01-01Z', '2000-01-02Z', 1, 1, '', '2000-01-01Z'
                from generate_series(1, 25000)"""));

    retention.round();

    assertThat(rows("prediction")).isZero();
  }

  private void prediction(int daysAgo) {
    var at = clock.instant().minus(Duration.ofDays(daysAgo)).toString();
    jdbi.useHandle(
        handle -> {
          handle.execute(
              "insert into prediction values (gen_random_uuid(), 1, '2000-01-01Z', '2000-01-02Z', 1, 1, '', cast(? as timestamptz))",
              at);
          handle.execute(
              "insert into label values (gen_random_uuid(), 0, 1, '2000-01-01Z', null, cast(? as timestamptz))",
              at);
        });
  }

  private void window(int daysAgo) {
    var served = clock.instant().minus(Duration.ofDays(daysAgo)).toString();
    jdbi.useHandle(
        handle -> {
          handle.execute(
              """
              insert into traffic_window values (?, '2000-01-01Z', '2000-01-02Z', 1, 1, 1, 1, 0, '{}', 0, 0,
                cast(? as timestamptz), cast(? as timestamptz))""",
              daysAgo,
              served,
              served);
          handle.execute(
              "insert into drift_window values (?, '2000-01-01Z', '2000-01-02Z', '', '2000-01-02Z')",
              daysAgo);
        });
  }

  private long rows(String table) {
    return jdbi.withHandle(
        handle -> handle.createQuery("select count(*) from " + table).mapTo(Long.class).one());
  }
}
