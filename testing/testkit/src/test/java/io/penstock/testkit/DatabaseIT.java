package io.penstock.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.penstock.kit.database.Database;
import io.penstock.kit.database.LostConnections;
import io.penstock.kit.failure.Failure;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.KitFailure.DependencyUnavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class DatabaseIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @RegisterExtension static final PostgresExtension postgres = PostgresExtension.dedicated();

  private static int one(Database database) {
    return database.jdbi().withHandle(h -> h.createQuery("select 1").mapTo(int.class).one());
  }

  private static Database open(String url) {
    return Database.open(PostgresExtension.config(url), "tested");
  }

  @Test
  void open_whileAway_saysSoAndComesUpLater() throws Exception {
    String url = postgres.freshDatabase("later");
    postgres.stop();
    try (Database database = open(url)) {
      Throwable migrating = catchThrowable(database::migrate);
      assertThat(LostConnections.find(migrating)).isPresent();
      assertThat(database.probe().orElseThrow()).contains("refused");
      assertUnavailable(catchThrowable(() -> one(database)));
      postgres.start();
      Eventually.become(PATIENCE, () -> migrated(database));
      assertThat(database.probe()).isEmpty();
      assertThat(one(database)).isEqualTo(1);
    }
  }

  private static boolean migrated(Database database) {
    database.migrate();
    return true;
  }

  @Test
  void restart_healsByItself() throws Exception {
    try (Database database = open(postgres.freshDatabase("restarted"))) {
      database.migrate();
      assertThat(one(database)).isEqualTo(1);
      postgres.stop();
      assertUnavailable(catchThrowable(() -> one(database)));
      assertThat(database.probe()).isPresent();
      postgres.start();
      Eventually.become(PATIENCE, () -> one(database) == 1);
      assertThat(database.probe()).isEmpty();
    }
  }

  @Test
  void restart_duringAStatement_isUnavailableAndNotABug() throws Exception {
    try (Database database = open(postgres.freshDatabase("cut"));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      database.migrate();
      Future<Throwable> cut =
          threads.submit(
              () ->
                  catchThrowable(
                      () -> database.jdbi().useHandle(h -> h.execute("select pg_sleep(20)"))));
      Eventually.become(PATIENCE, () -> sleeping(database));
      postgres.restart();
      assertThat(new LostConnections().failureOf(cut.get())).isPresent();
    }
  }

  private static boolean sleeping(Database database) {
    return database
            .jdbi()
            .withHandle(
                h ->
                    h.createQuery(
                            "select count(*) from pg_stat_activity where query = 'select pg_sleep(20)'")
                        .mapTo(int.class)
                        .one())
        > 0;
  }

  @Test
  void migrate_twiceAndByTwoAtOnce_isHarmless() throws Exception {
    String url = postgres.freshDatabase("twice");
    try (Database first = open(url);
        Database second = open(url);
        Database third = open(url);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<?>>();
      for (Database database : List.of(first, second, third)) {
        running.add(threads.submit(database::migrate));
      }
      for (Future<?> migrating : running) {
        migrating.get();
      }
      first.migrate();
      assertThat(one(second)).isEqualTo(1);
    }
  }

  @Test
  void wrongStatement_isABug() {
    try (Database database = open(postgres.freshDatabase("bug"))) {
      database.migrate();
      Throwable thrown =
          catchThrowable(() -> database.jdbi().useHandle(h -> h.execute("select from nowhere")));
      assertThat(new LostConnections().failureOf(thrown)).isEmpty();
    }
  }

  // What the failure interceptor makes of it.
  private static void assertUnavailable(Throwable thrown) {
    Failure failure =
        thrown instanceof FailureException failed
            ? failed.failure()
            : new LostConnections().failureOf(thrown).orElseThrow();
    assertThat(failure).isInstanceOf(DependencyUnavailable.class);
  }
}
