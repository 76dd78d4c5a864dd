package io.penstock.kit.access;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/// The roles that come with the contract: `penstock/roles.properties`, one line a role with its
/// permissions.
public final class BuiltInRoles {

  /// Where the roles lie on the class path, in the contract's jar.
  public static final String RESOURCE = "penstock/roles.properties";

  private BuiltInRoles() {}

  public static Map<String, PermissionSet> load() {
    var properties = new Properties();
    try (InputStream in = BuiltInRoles.class.getClassLoader().getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is missing, expected in the contract's jar");
      }
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return parse(properties);
  }

  static Map<String, PermissionSet> parse(Properties properties) {
    var roles = new HashMap<String, PermissionSet>();
    for (var role : properties.stringPropertyNames()) {
      roles.put(role, permissions(properties.getProperty(role)));
    }
    return Map.copyOf(roles);
  }

  private static PermissionSet permissions(String line) {
    return line.isBlank()
        ? PermissionSet.NONE
        : new PermissionSet(Set.of(line.strip().split("[,\\s]+")));
  }
}
