package io.penstock.governance.log;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The files read last, kept in memory. Only for files that never change.
final class RecentFiles<T> {

  private final Map<Path, T> recent;

  RecentFiles(int most) {
    this.recent =
        new LinkedHashMap<>(most, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<Path, T> eldest) {
            return size() > most;
          }
        };
  }

  synchronized @Nullable T find(Path path) {
    return recent.get(path);
  }

  synchronized void add(Path path, T content) {
    recent.put(path, content);
  }

  synchronized void clear() {
    recent.clear();
  }
}
