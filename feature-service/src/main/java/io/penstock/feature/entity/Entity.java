package io.penstock.feature.entity;

import io.penstock.feature.Identifiers;
import java.time.Instant;

/// What features describe: an origin, a customer.
public record Entity(String id, String description, Instant createTime, String createdBy) {

  /// The resource name.
  public String name() {
    return nameOf(id);
  }

  public static String nameOf(String id) {
    return "entities/" + id;
  }

  /// The id in a resource name; a failure names the field.
  public static String idFrom(String field, String name) {
    return Identifiers.fromName(field, name, "entities");
  }
}
