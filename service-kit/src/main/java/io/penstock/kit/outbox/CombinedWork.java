package io.penstock.kit.outbox;

import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// What a [WriteCombiner] does with the requests that share a transaction.
@FunctionalInterface
public interface CombinedWork<Q, R extends @Nullable Object> {

  /// How often this was tried.
  enum Attempt {
    /// For the first time: what is rare may be taken for what does not happen.
    FIRST,
    /// Again, because something went wrong: nothing may be taken for granted.
    CAREFUL
  }

  /// One caller's request. The change is the caller's own part of the transaction: its audit entry
  /// names the caller, and its events are published if the transaction commits.
  record Part<Q>(Q request, Change change) {}

  /// The replies, in the order of the parts. A request that is refused is a reply too: what is
  /// thrown undoes the whole transaction.
  List<R> apply(Handle handle, List<Part<Q>> parts, Attempt attempt);
}
