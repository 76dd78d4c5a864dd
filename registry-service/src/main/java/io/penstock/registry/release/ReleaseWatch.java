package io.penstock.registry.release;

import io.penstock.kit.grpc.StreamWriter;
import io.penstock.proto.registry.v1.WatchReleasesResponse;
import jakarta.inject.Singleton;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// Tells a follower first what it missed, as the present state of what changed, then every change
/// as it commits.
@Singleton
final class ReleaseWatch {

  private record Past(List<Release> changed, long revision) {}

  private final Jdbi jdbi;
  private final ReleaseFeed feed;

  ReleaseWatch(Jdbi jdbi, ReleaseFeed feed) {
    this.jdbi = jdbi;
    this.feed = feed;
  }

  /// Writes until the follower leaves or the service stops; either interrupts this thread.
  void follow(long afterRevision, StreamWriter<WatchReleasesResponse> out)
      throws InterruptedException {
    var past = jdbi.withHandle(handle -> past(handle, afterRevision));
    past.changed().forEach(release -> out.write(ReleaseProtos.changed(release)));
    out.write(ReleaseProtos.synced(past.revision()));
    long seen = past.revision();
    while (out.isOpen()) {
      for (var release : feed.awaitAfter(seen)) {
        out.write(ReleaseProtos.changed(release));
        seen = release.revision();
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
