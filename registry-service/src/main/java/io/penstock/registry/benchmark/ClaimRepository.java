package io.penstock.registry.benchmark;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.Update;

/// The claims on pending runs, in the table of the runs.
final class ClaimRepository {

  private ClaimRepository() {}

  /// Claims the oldest run that is free, passing over what others are just claiming.
  ///
  /// @param most attempts after which a run is given to nobody any more
  static Optional<Claim> claimNext(Handle handle, Instant now, Instant until, int most) {
    return handle
        .createQuery(
            """
            with next as materialized (
              select model, suite, number from benchmark_run
              where state = 'PENDING' and attempts < :most
                and (claim_until is null or claim_until <= :now)
              order by create_time, model, suite, number limit 1 for update skip locked)
            update benchmark_run run
            set claim_token = claim_token + 1, claim_until = :until, attempts = attempts + 1
            from next
            where (run.model, run.suite, run.number) = (next.model, next.suite, next.number)
            returning run.content, run.claim_token, run.attempts""")
        .bind("most", most)
        .bind("now", now)
        .bind("until", until)
        .map(
            (row, _) ->
                new Claim(
                    MeasurementProtos.decode(row.getBytes("content")),
                    row.getLong("claim_token"),
                    until,
                    row.getInt("attempts")))
        .findOne();
  }

  /// False where the claim is not the run's present one.
  static boolean renew(Handle handle, MeasurementName run, long token, Instant until) {
    return of(
                handle.createUpdate(
                    """
                    update benchmark_run set claim_until = :until
                    where model = :model and suite = :suite and number = :number
                      and state = 'PENDING' and claim_token = :token"""),
                run,
                token)
            .bind("until", until)
            .execute()
        == 1;
  }

  /// How often the run was claimed; empty where the claim is not the run's present one.
  static Optional<Integer> attempts(Handle handle, MeasurementName run, long token) {
    return of(
            handle.createQuery(
                """
                select attempts from benchmark_run
                where model = :model and suite = :suite and number = :number
                  and state = 'PENDING' and claim_token = :token for update"""),
            run,
            token)
        .mapTo(Integer.class)
        .findOne();
  }

  /// Ends a claim on a run that was not tried: as if there had been none.
  static void forget(Handle handle, MeasurementName run, long token) {
    of(
            handle.createUpdate(
                """
                update benchmark_run
                set claim_token = claim_token + 1, claim_until = null, attempts = attempts - 1
                where model = :model and suite = :suite and number = :number
                  and claim_token = :token"""),
            run,
            token)
        .execute();
  }

  /// Ends a claim on a run that somebody else may have more luck with, or the same later.
  static void giveUp(
      Handle handle, MeasurementName run, long token, String trouble, Instant again) {
    of(
            handle.createUpdate(
                """
                update benchmark_run
                set claim_token = claim_token + 1, claim_until = :again, trouble = :trouble
                where model = :model and suite = :suite and number = :number
                  and claim_token = :token"""),
            run,
            token)
        .bind("again", again)
        .bind("trouble", trouble)
        .execute();
  }

  /// Pending runs that nobody has, and nobody took in time or as often as may be; locked.
  static List<Abandoned> lockAbandoned(
      Handle handle, Instant before, Instant now, int attempts, int most) {
    return handle
        .createQuery(
            """
            select content, attempts, trouble from benchmark_run
            where state = 'PENDING' and (claim_until is null or claim_until <= :now)
              and (create_time < :before or attempts >= :attempts)
            order by create_time limit :most for update skip locked""")
        .bind("now", now)
        .bind("before", before)
        .bind("attempts", attempts)
        .bind("most", most)
        .map(
            (row, _) ->
                new Abandoned(
                    MeasurementProtos.decode(row.getBytes("content")),
                    row.getInt("attempts"),
                    Optional.ofNullable(row.getString("trouble"))))
        .list();
  }

  private static Update of(Update update, MeasurementName run, long token) {
    return update
        .bind("model", run.suite().model())
        .bind("suite", run.suite().id())
        .bind("number", run.number())
        .bind("token", token);
  }

  private static Query of(Query query, MeasurementName run, long token) {
    return query
        .bind("model", run.suite().model())
        .bind("suite", run.suite().id())
        .bind("number", run.number())
        .bind("token", token);
  }
}
