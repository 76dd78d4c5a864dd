package io.penstock.registry.metric;

import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// The keys of metrics as small numbers, by which the tables of points know them. A key keeps its
/// number for ever, so what was read once is remembered.
@Singleton
public final class MetricKeys {

  private static final int MOST_REMEMBERED = 100_000;

  private final Jdbi jdbi;
  private final Map<String, Integer> ids = new ConcurrentHashMap<>();
  private final Map<Integer, String> keys = new ConcurrentHashMap<>();

  MetricKeys(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /// The numbers of the keys; those that have none get one. In a transaction of its own, and before
  /// the one that needs them: nobody waits for another's run to be written because both name a new
  /// key, and what is remembered here is never rolled back.
  public Map<String, Integer> idsOf(Collection<String> wanted) {
    var found = new HashMap<String, Integer>();
    var missing = new TreeSet<String>();
    for (var key : wanted) {
      var id = ids.get(key);
      if (id == null) {
        missing.add(key);
      } else {
        found.put(key, id);
      }
    }
    if (!missing.isEmpty()) {
      found.putAll(intern(missing));
    }
    return found;
  }

  private Map<String, Integer> intern(Collection<String> missing) {
    var known = jdbi.withHandle(handle -> select(handle, missing));
    var unknown = missing.stream().filter(key -> !known.containsKey(key)).toList();
    if (!unknown.isEmpty()) {
      known.putAll(jdbi.withHandle(handle -> insert(handle, unknown)));
    }
    remember(known);
    return known;
  }

  // Sorted by the caller: two that add the same keys wait for each other in one order.
  private static Map<String, Integer> insert(Handle handle, List<String> keys) {
    handle
        .createUpdate("insert into metric_key (key) select unnest(:keys) on conflict do nothing")
        .bindArray("keys", String.class, keys)
        .execute();
    return select(handle, keys);
  }

  private static Map<String, Integer> select(Handle handle, Collection<String> keys) {
    var found = new HashMap<String, Integer>();
    handle
        .createQuery("select key, id from metric_key where key = any(:keys)")
        .bindArray("keys", String.class, keys)
        .map((row, _) -> Map.entry(row.getString(1), row.getInt(2)))
        .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
    return found;
  }

  /// The keys of the numbers, all of which must be in use.
  public Map<Integer, String> keysOf(Handle handle, Collection<Integer> wanted) {
    var found = new HashMap<Integer, String>();
    var missing = new ArrayList<Integer>();
    for (var id : wanted) {
      var key = keys.get(id);
      if (key == null) {
        missing.add(id);
      } else {
        found.put(id, key);
      }
    }
    if (!missing.isEmpty()) {
      var read = new HashMap<String, Integer>();
      handle
          .createQuery("select key, id from metric_key where id = any(:ids)")
          .bindArray("ids", Integer.class, missing)
          .map((row, _) -> Map.entry(row.getString(1), row.getInt(2)))
          .forEach(entry -> read.put(entry.getKey(), entry.getValue()));
      remember(read);
      read.forEach((key, id) -> found.put(id, key));
    }
    return found;
  }

  // Callers choose the keys, so there may be any number: whatever is forgotten is read again.
  private void remember(Map<String, Integer> known) {
    if (ids.size() > MOST_REMEMBERED) {
      ids.clear();
      keys.clear();
    }
    ids.putAll(known);
    known.forEach((key, id) -> keys.put(id, key));
  }
}
