package io.penstock.kit.grpc;

import io.grpc.Context;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The endless streams that are open now, so that a service that stops can end them.
final class Drain {

  static final Context.Key<Drain> KEY = Context.key("penstock.drain");

  private final Set<Runnable> endings = ConcurrentHashMap.newKeySet();
  private volatile boolean begun;

  /// The drain that the current call has to listen to; none for calls that end by themselves.
  static @Nullable Drain current() {
    return KEY.get();
  }

  /// Runs `ending` when the drain begins, at once where it has.
  void onBegin(Runnable ending) {
    endings.add(ending);
    if (begun) {
      ending.run();
    }
  }

  void forget(Runnable ending) {
    endings.remove(ending);
  }

  void begin() {
    begun = true;
    endings.forEach(Runnable::run);
  }
}
