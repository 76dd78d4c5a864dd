package io.penstock.governance.access;

import io.penstock.kit.access.BuiltInRoles;
import io.penstock.kit.failure.InvalidArguments;
import java.util.Set;
import java.util.regex.Pattern;

/// The id of a role: `approver` for `roles/approver`.
record RoleName(String id) implements Comparable<RoleName> {

  private static final String COLLECTION = "roles/";
  private static final Pattern NAME = Pattern.compile("roles/[a-z][a-z0-9-]{0,62}");
  private static final Set<String> BUILT_IN = BuiltInRoles.load().keySet();

  /// Reads the name in a field of a request.
  static RoleName parse(String field, String name) {
    if (!NAME.matcher(name).matches()) {
      throw InvalidArguments.of(
          field,
          "was '%s', expected roles/<id> of at most 63 lower-case letters, digits and -"
              .formatted(name));
    }
    return new RoleName(name.substring(COLLECTION.length()));
  }

  boolean builtIn() {
    return BUILT_IN.contains(id);
  }

  @Override
  public int compareTo(RoleName other) {
    return id.compareTo(other.id);
  }

  /// The resource name.
  @Override
  public String toString() {
    return COLLECTION + id;
  }
}
