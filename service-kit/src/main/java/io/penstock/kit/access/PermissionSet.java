package io.penstock.kit.access;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/// Permissions, some of them patterns: `models.*` holds every permission of the collection, `*`
/// every one there is.
public record PermissionSet(Set<String> patterns) {

  public static final PermissionSet NONE = new PermissionSet(Set.of());

  public PermissionSet {
    patterns = Set.copyOf(patterns);
  }

  public boolean holds(String permission) {
    return patterns.contains(permission)
        || patterns.contains("*")
        || patterns.contains(collectionOf(permission) + ".*");
  }

  public static PermissionSet union(Collection<PermissionSet> sets) {
    var all = new TreeSet<String>();
    sets.forEach(set -> all.addAll(set.patterns()));
    return new PermissionSet(all);
  }

  private static String collectionOf(String permission) {
    int dot = permission.lastIndexOf('.');
    return dot < 0 ? permission : permission.substring(0, dot);
  }
}
