package io.penstock.registry.release;

import jakarta.inject.Singleton;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// Tells a follower first what it missed, as the present state of what changed, then every change
/// as it commits.
@Singleton
final class ReleaseWatch {

  /// Somebody who wants to know.
  interface Follower {

    void changed(Release release);

    /// Said once: up to this revision everything is told, what follows is new.
    void synced(long revision);
  }

  private record Past(List<Release> changed, long revision) {}

  private final Jdbi jdbi;
  private final ReleaseFeed feed;

  ReleaseWatch(Jdbi jdbi, ReleaseFeed feed) {
    this.jdbi = jdbi;
    this.feed = feed;
  }

  /// Tells until the thread is interrupted.
  void follow(long afterRevision, Follower follower) throws InterruptedException {
    var past = jdbi.withHandle(handle -> past(handle, afterRevision));
    past.changed().forEach(follower::changed);
    follower.synced(past.revision());
    long told = past.revision();
    while (!Thread.interrupted()) {
      for (var release : feed.awaitAfter(told)) {
        follower.changed(release);
        told = release.revision();
      }
    }
  }

  // A follower that knows more than the table has seen a database that was lost: it learns
  // everything anew.
  private static Past past(Handle handle, long afterRevision) {
    long last = ReleaseRepository.lastRevision(handle);
    var changed = ReleaseRepository.changedAfter(handle, afterRevision > last ? 0 : afterRevision);
    return new Past(
        changed, changed.isEmpty() ? last : Math.max(last, changed.getLast().revision()));
  }
}
