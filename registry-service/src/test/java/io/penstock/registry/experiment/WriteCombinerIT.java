package io.penstock.registry.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Context;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.search.RequiredSearch;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.kit.access.AuditScope;
import io.penstock.kit.database.Database;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.KitFailure;
import io.penstock.kit.outbox.Changes;
import io.penstock.kit.outbox.CombinedWork;
import io.penstock.kit.outbox.CombinedWork.Part;
import io.penstock.kit.outbox.WriteCombiner;
import io.penstock.kit.outbox.WriteCombiner.Limits;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.PostgresExtension;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The kit's combiner on a real database, with a table that refuses some of what it is given.
class WriteCombinerIT {

  private static final int WRITERS = 40;
  private static final int WRITES = 50;
  private static final Duration SOON = Duration.ofSeconds(10);

  @RegisterExtension static final PostgresExtension postgres = PostgresExtension.shared();

  private static Database database;

  private final MeterRegistry meters = new SimpleMeterRegistry();

  @BeforeEach
  void emptyTable() {
    database.jdbi().useHandle(handle -> handle.execute("truncate written"));
  }

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
    assertThat(stored()).as("seed %d", seed).isEqualTo(accepted).hasSizeGreaterThan(1000);
  }

  private static Set<Integer> stored() {
    return database
        .jdbi()
        .withHandle(
            handle -> handle.createQuery("select number from written").mapTo(Integer.class).set());
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

  @Test
  void commit_whenTheQueueIsFull_isRefusedAtOnce() throws Exception {
    var busy = new Busy();
    try (var combiner = combiner(new Limits(1, 20, 2), busy);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var atWork = threads.submit(() -> combiner.commit(2_000_000));
      busy.begun.await();
      var waiting = threads.submit(() -> combiner.commit(2_000_001));
      var waitingToo = threads.submit(() -> combiner.commit(2_000_002));
      Eventually.become(SOON, () -> meter("penstock.writes.waiting").gauge().value() == 2);
      assertThatThrownBy(() -> combiner.commit(2_000_003)).satisfies(WriteCombinerIT::isOverloaded);
      busy.mayEnd.countDown();
      assertThat(List.of(atWork.get(), waiting.get(), waitingToo.get()))
          .containsExactly(2_000_000, 2_000_001, 2_000_002);
    }
    assertThat(stored()).contains(2_000_000, 2_000_001, 2_000_002).doesNotContain(2_000_003);
    assertThat(meter("penstock.writes.refused").counter().count()).isEqualTo(1);
    assertThat(meter("penstock.writes.together").summary().totalAmount()).isEqualTo(3);
    assertThat(meter("penstock.writes.together").summary().count()).isEqualTo(2);
  }

  @Test
  void commit_notDoneBeforeItsDeadline_isRefused_andNeverDone() throws Exception {
    var busy = new Busy();
    try (var combiner = combiner(new Limits(1, 20, 2), busy);
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        var timer = Executors.newSingleThreadScheduledExecutor()) {
      var atWork = threads.submit(() -> combiner.commit(3_000_000));
      busy.begun.await();
      var impatient = Context.current().withDeadlineAfter(50, TimeUnit.MILLISECONDS, timer);
      assertThatThrownBy(() -> impatient.call(() -> combiner.commit(3_000_001)))
          .satisfies(WriteCombinerIT::isOverloaded);
      assertThat(meter("penstock.writes.waiting").gauge().value()).isZero();
      busy.mayEnd.countDown();
      assertThat(atWork.get()).isEqualTo(3_000_000);
      assertThat(combiner.commit(3_000_002)).isEqualTo(3_000_002);
    }
    assertThat(stored()).contains(3_000_000, 3_000_002).doesNotContain(3_000_001);
  }

  @Test
  void submit_tellsOfTheCommit_inTheContextOfTheCall() throws Exception {
    var scope = new AuditScope();
    var call = Context.current().withValue(AuditScope.KEY, scope);
    try (var combiner = combiner(new Limits(1, 20, 20), WriteCombinerIT::insertAudited)) {
      var answeredIn =
          call.call(() -> combiner.submit(5_000_000).thenApply(_ -> AuditScope.KEY.get()));
      assertThat(answeredIn.toCompletableFuture()).succeedsWithin(SOON).isSameAs(scope);
      assertThat(scope.recorded()).isTrue();
      assertThat(combiner.submit(-5).toCompletableFuture())
          .failsWithin(SOON)
          .withThrowableThat()
          .withMessageContaining("violates check");
    }
    assertThat(stored()).containsExactly(5_000_000);
  }

  private static List<Integer> insertAudited(
      Handle handle, List<Part<Integer>> parts, CombinedWork.Attempt attempt) {
    parts.forEach(part -> part.change().audit("numbers/" + part.request(), Map.of()));
    return insert(handle, parts);
  }

  @Test
  void submit_whoseCallerHasLeft_isNeverDone() throws Exception {
    var busy = new Busy();
    try (var combiner = combiner(new Limits(1, 20, 20), busy);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var atWork = threads.submit(() -> combiner.commit(6_000_000));
      busy.begun.await();
      var call = Context.current().withCancellation();
      var left = call.call(() -> combiner.submit(6_000_001)).toCompletableFuture();
      var patient = combiner.submit(6_000_002).toCompletableFuture();
      call.cancel(null);
      busy.mayEnd.countDown();
      assertThat(left)
          .failsWithin(SOON)
          .withThrowableThat()
          .havingCause()
          .satisfies(WriteCombinerIT::isOverloaded);
      assertThat(patient).succeedsWithin(SOON).isEqualTo(6_000_002);
      assertThat(atWork.get()).isEqualTo(6_000_000);
      assertThat(meter("penstock.writes.waiting").gauge().value()).isZero();
    }
    assertThat(stored()).containsExactlyInAnyOrder(6_000_000, 6_000_002);
  }

  @Test
  void commit_afterAnErrorOfTheWork_works() {
    try (var combiner = combiner(new Limits(1, 20, 2), WriteCombinerIT::insertPositive)) {
      assertThatThrownBy(() -> combiner.commit(0)).hasRootCauseInstanceOf(LinkageError.class);
      assertThat(combiner.commit(4_000_000)).isEqualTo(4_000_000);
    }
    assertThat(stored()).containsExactly(4_000_000);
  }

  private static List<Integer> insertPositive(
      Handle handle, List<Part<Integer>> parts, CombinedWork.Attempt attempt) {
    var numbers = insert(handle, parts);
    if (numbers.contains(0)) {
      throw new LinkageError("no such class");
    }
    return numbers;
  }

  private static void isOverloaded(Throwable thrown) {
    assertThat(thrown)
        .isInstanceOfSatisfying(
            FailureException.class,
            refusal -> assertThat(refusal.failure()).isInstanceOf(KitFailure.Overloaded.class));
  }

  /// A transaction that lasts until it may end.
  private static final class Busy implements CombinedWork<Integer, Integer> {

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    @Override
    public List<Integer> apply(Handle handle, List<Part<Integer>> parts, Attempt attempt) {
      begun.countDown();
      try {
        mayEnd.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return insert(handle, parts);
    }
  }

  private RequiredSearch meter(String name) {
    return meters.get(name).tag("writes", "numbers");
  }

  private WriteCombiner<Integer, Integer> combiner(AtomicInteger transactions) {
    return combiner(
        new Limits(3, 20, 1000),
        (handle, parts, _) -> {
          transactions.incrementAndGet();
          return insert(handle, parts);
        });
  }

  private WriteCombiner<Integer, Integer> combiner(
      Limits limits, CombinedWork<Integer, Integer> work) {
    return WriteCombiner.start(
        "numbers", changes(), meters, limits, _ -> 1, number -> number, work);
  }

  private static List<Integer> insert(Handle handle, List<Part<Integer>> parts) {
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
