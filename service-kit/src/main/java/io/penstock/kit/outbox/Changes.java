package io.penstock.kit.outbox;

import io.penstock.kit.access.AuditScope;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/// Where a service changes its state: work and events commit in one transaction, or neither
/// happens.
public final class Changes {

  private record Outcome<T extends @Nullable Object>(T reply, Change change) {}

  private final Jdbi jdbi;
  private final String service;
  private final Clock clock;
  private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();

  public Changes(Jdbi jdbi, String service, Clock clock) {
    this.jdbi = jdbi;
    this.service = service;
    this.clock = clock;
  }

  /// Runs the work and commits it together with the events that it published.
  public <T extends @Nullable Object> T commit(ChangeWork<T> work) {
    Outcome<T> outcome =
        jdbi.inTransaction(
            handle -> run(new Change(handle, service, clock.instant(), Origin.current()), work));
    if (outcome.change().audited()) {
      AuditScope.markCurrent();
    }
    announce(outcome.change().outgoing());
    return outcome.reply();
  }

  /// Commits the requests of many callers in one transaction and tells each of them. What is thrown
  /// is for the caller to deal with: nobody was told, and nothing happened.
  <Q, R extends @Nullable Object> void commitTogether(
      List<Pending<Q, R>> batch, CombinedWork<Q, R> work, CombinedWork.Attempt attempt) {
    var time = clock.instant();
    var parts = new ArrayList<CombinedWork.Part<Q>>();
    var replies =
        jdbi.inTransaction(
            handle -> {
              for (var pending : batch) {
                var change = new Change(handle, service, time, pending.origin());
                parts.add(new CombinedWork.Part<>(pending.request(), change));
              }
              var done = work.apply(handle, parts, attempt);
              Outbox.write(handle, outgoing(parts));
              return done;
            });
    for (int i = 0; i < batch.size(); i++) {
      batch.get(i).succeed(replies.get(i), parts.get(i).change().audited());
    }
    announce(outgoing(parts));
  }

  private static <Q> List<Change.Outgoing> outgoing(List<CombinedWork.Part<Q>> parts) {
    return parts.stream().flatMap(part -> part.change().outgoing().stream()).toList();
  }

  private void announce(List<Change.Outgoing> published) {
    if (!published.isEmpty()) {
      listeners.forEach(Runnable::run);
    }
  }

  /// Commits work that has no reply.
  public void run(Consumer<Change> work) {
    this.<@Nullable Void>commit(
        change -> {
          work.accept(change);
          return null;
        });
  }

  // Written last: a change that had to wait for another's row lock gets its sequence after the
  // other has committed.
  private static <T extends @Nullable Object> Outcome<T> run(Change change, ChangeWork<T> work) {
    T reply = work.apply(change);
    Outbox.write(change.handle(), change.outgoing());
    return new Outcome<>(reply, change);
  }

  String service() {
    return service;
  }

  /// Calls back after every commit that published something; must return at once.
  void onPublished(Runnable listener) {
    listeners.add(listener);
  }
}
