package io.penstock.governance.access;

import io.penstock.kit.access.PermissionSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.SortedSet;
import java.util.TreeSet;

/// Every permission that some RPC of the contract asks for, and the patterns that cover them.
final class KnownPermissions {

  private static final String ALL = "*";

  private final SortedSet<String> permissions;
  private final SortedSet<String> patterns;

  private KnownPermissions(Collection<String> permissions) {
    this.permissions = new TreeSet<>(permissions);
    this.patterns = new TreeSet<>(permissions);
    permissions.forEach(
        permission -> patterns.add(permission.substring(0, permission.lastIndexOf('.') + 1) + ALL));
    patterns.add(ALL);
  }

  static KnownPermissions load() {
    return new KnownPermissions(ContractProtos.permissions());
  }

  /// True for a permission, and for a pattern that covers at least one.
  boolean contains(String pattern) {
    return patterns.contains(pattern);
  }

  /// The known pattern that is spelled most like this.
  String nearest(String pattern) {
    return patterns.stream()
        .min(Comparator.comparingInt(known -> distance(known, pattern)))
        .orElse(ALL);
  }

  /// The permissions that a set holds, patterns written out.
  SortedSet<String> heldBy(PermissionSet held) {
    var all = new TreeSet<String>();
    permissions.stream().filter(held::holds).forEach(all::add);
    return all;
  }

  // Levenshtein: letters to insert, delete or replace.
  private static int distance(String one, String other) {
    int[] previous = new int[other.length() + 1];
    for (int j = 0; j < previous.length; j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int[] row = new int[previous.length];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = previous[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(previous[j], row[j - 1]));
      }
      previous = row;
    }
    return previous[other.length()];
  }
}
