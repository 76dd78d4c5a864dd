package io.penstock.governance.log;

import io.penstock.kit.loop.BackgroundLoop;
import io.penstock.kit.loop.Backoff;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Brings the files that outside readers see (partial tiles, partial bundle, checkpoint) up to the
/// log, a moment after an append and at most so often: they are what an append would spend most of
/// its time on, and nothing is ever recovered from them.
final class Publication implements AutoCloseable {

  private static final Duration AT_MOST_EVERY = Duration.ofMillis(50);
  private static final Duration UNTIL_WOKEN = Duration.ofMinutes(1);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

  private final LogFiles files;
  private final BackgroundLoop loop;
  private volatile LogView latest;
  private @Nullable LogView published;

  Publication(LogFiles files, LogView first) throws IOException {
    this.files = files;
    this.latest = first;
    publish();
    this.loop = BackgroundLoop.start("audit-log-publication", BACKOFF, AT_MOST_EVERY, this::round);
  }

  /// Publishes this view soon, unless a later one comes first.
  void offer(LogView view) {
    latest = view;
    loop.wake();
  }

  private Duration round() throws IOException {
    publish();
    return UNTIL_WOKEN;
  }

  private synchronized void publish() throws IOException {
    LogView next = latest;
    LogView before = published;
    if (next == before) {
      return;
    }
    files.writePartial(next.edge(), before == null ? 0 : before.size());
    files.writeCheckpoint(next.checkpoint());
    published = next;
    if (before != null) {
      files.removeSuperseded(before.edge(), next.size());
    }
  }

  /// Publishes what is left and stops.
  @Override
  public void close() throws IOException {
    loop.close();
    publish();
  }
}
