package io.penstock.inference.runtime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// What a session holds outside the Java heap: what the process' heap grew by while it was loaded
/// and warmed, what its arena took since, and what its runners keep.
final class Footprint {

  private final OrtSession session;
  private final SessionArena arena;
  private final Set<OnnxRunner> runners = ConcurrentHashMap.newKeySet();
  private long loaded;
  private long arenaThen;
  private boolean closed;

  Footprint(OrtSession session, SessionArena arena) {
    this.session = session;
    this.arena = arena;
  }

  synchronized void loaded(long heapGrewBy) {
    arenaThen = arenaBytes();
    // Other threads allocate and free at the same time; the arena's own count is true in any case.
    loaded = Math.max(heapGrewBy, arenaThen);
  }

  // The session must not be asked once it is closed, so closing waits.
  synchronized void close() {
    closed = true;
  }

  synchronized long bytes() {
    if (closed) {
      return 0;
    }
    long kept = runners.stream().mapToLong(OnnxRunner::kept).sum();
    return loaded + Math.max(0, arenaBytes() - arenaThen) + kept;
  }

  private long arenaBytes() {
    try {
      return arena.bytes(session);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  void add(OnnxRunner runner) {
    runners.add(runner);
  }

  void remove(OnnxRunner runner) {
    runners.remove(runner);
  }
}
