package io.penstock.registry.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.kit.database.Database;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.outbox.Changes;
import io.penstock.kit.outbox.CombinedWork.Part;
import io.penstock.kit.outbox.WriteCombiner;
import io.penstock.testkit.PostgresExtension;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The kit's combiner on a real database, with a table that refuses some of what it is given.
class WriteCombinerIT {

  private static final int WRITERS = 40;
  private static final int WRITES = 50;

  @RegisterExtension static final PostgresExtension postgres = PostgresExtension.shared();

  private static Database database;

  @BeforeAll
  static void createTable() {
    database = postgres.open("registry");
    database
        .jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    "create table written (number int primary key check (number >= 0))"));
  }

  @Test
  void commit_byMany_losesNothing_doublesNothing_andFailsNobodyForOthers() throws Exception {
    long seed = System.nanoTime();
    var transactions = new AtomicInteger();
    var accepted = new HashSet<Integer>();
    try (var combiner = combiner(transactions);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls = new ArrayList<Callable<List<Integer>>>();
      for (int writer = 0; writer < WRITERS; writer++) {
        var random = new Random(seed + writer);
        int first = writer * WRITES;
        calls.add(() -> write(combiner, first, random));
      }
      for (var call : threads.invokeAll(calls)) {
        accepted.addAll(call.get());
      }
    }
    var stored =
        database
            .jdbi()
            .withHandle(
                handle ->
                    handle.createQuery("select number from written").mapTo(Integer.class).set());
    assertThat(stored).as("seed %d", seed).isEqualTo(accepted).hasSizeGreaterThan(1000);
  }

  // One write in fifty is one that the table refuses, whoever it travels with.
  private static List<Integer> write(
      WriteCombiner<Integer, Integer> combiner, int first, Random random) {
    var accepted = new ArrayList<Integer>();
    for (int number = first; number < first + WRITES; number++) {
      if (random.nextInt(50) == 0) {
        int refused = -1 - number;
        assertThatThrownBy(() -> combiner.commit(refused)).hasMessageContaining("violates check");
      } else {
        assertThat(combiner.commit(number)).isEqualTo(number);
        accepted.add(number);
      }
    }
    return accepted;
  }

  @Test
  void commit_afterClosing_isRefused() {
    var combiner = combiner(new AtomicInteger());
    combiner.close();
    assertThatThrownBy(() -> combiner.commit(1_000_000)).isInstanceOf(FailureException.class);
  }

  private static WriteCombiner<Integer, Integer> combiner(AtomicInteger transactions) {
    return WriteCombiner.start(
        "numbers",
        changes(),
        new WriteCombiner.Limits(3, 20, 1000),
        _ -> 1,
        number -> number,
        (handle, parts, _) -> insert(handle, parts, transactions));
  }

  private static List<Integer> insert(
      Handle handle, List<Part<Integer>> parts, AtomicInteger transactions) {
    transactions.incrementAndGet();
    var numbers = parts.stream().map(Part::request).toList();
    handle
        .createUpdate("insert into written select unnest(:numbers)")
        .bindArray("numbers", Integer.class, numbers)
        .execute();
    return numbers;
  }

  private static Changes changes() {
    return new Changes(database.jdbi(), "registry", Clock.systemUTC());
  }
}
